import { Duplex } from 'node:stream';
import type { Transport } from '../transport.ts';

/** Long enough to be as good as never. */
const FOREVER_MS = 2 ** 31 - 1;

/** A connection in memory: what is written to one end is read from the other. Ending or destroying one ends both. */
export function openPipe(): { readonly near: Transport; readonly far: Transport } {
  const near = new PipeEnd();
  const far = new PipeEnd();
  near.join(far);
  far.join(near);
  return { near, far };
}

class PipeEnd extends Duplex implements Transport {
  bytesRead = 0;
  #other: PipeEnd | undefined;
  /** The write of the other end that waits until this one is read. */
  #waiting: (() => void) | undefined;
  #holdsProcess: NodeJS.Timeout | undefined;

  constructor() {
    // As with sockets, the end of the one direction is the end of the other.
    super({ allowHalfOpen: false });
  }

  join(other: PipeEnd): void {
    this.#other = other;
  }

  /** There is no handle that the process would wait for, so a timer stands in for one. */
  ref(): void {
    if (!this.destroyed) this.#holdsProcess ??= setInterval(() => {}, FOREVER_MS);
  }

  unref(): void {
    clearInterval(this.#holdsProcess);
    this.#holdsProcess = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const other = this.#other;
    if (other === undefined || other.destroyed) return done();
    // HTTP/2 uses its buffers again once they are written, so the other end gets its own.
    if (other.#deliver(Buffer.from(chunk))) done();
    else other.#waiting = done;
  }

  override _final(done: () => void): void {
    this.#other?.push(null);
    done();
  }

  override _read(): void {
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.unref();
    this._read();
    const other = this.#other;
    // After a proper end the other side still has something to read; else it hears of it a moment later, as from a socket.
    if (other !== undefined && !this.writableFinished) setImmediate(() => other.destroy());
    done(error);
  }

  /** False when no more is wanted for now. */
  #deliver(chunk: Buffer): boolean {
    this.bytesRead += chunk.byteLength;
    return this.push(chunk);
  }
}
