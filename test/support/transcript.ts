import type { Readable } from 'node:stream';

export type StreamName = 'stdout' | 'stderr';

/** Collects a child's two streams and lets a test wait for text in them. */
export class Transcript {
  readonly #chunks: Record<StreamName, Buffer[]> = { stdout: [], stderr: [] };
  readonly #consumed: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  readonly #waiters = new Set<() => void>();

  constructor(stdout: Readable, stderr: Readable) {
    this.#collect('stdout', stdout);
    this.#collect('stderr', stderr);
  }

  bytes(name: StreamName): Buffer {
    return Buffer.concat(this.#chunks[name]);
  }

  /**
   * Resolves true once `pattern` stands in the part of the stream that no
   * earlier wait consumed, false once `given up` settles before that.
   */
  async waitFor(pattern: string | RegExp, name: StreamName, givenUp: Promise<unknown>): Promise<boolean> {
    let stopped = false;
    const stop = givenUp.then(() => {
      stopped = true;
    });
    for (;;) {
      if (this.#consume(pattern, name)) return true;
      if (stopped) return false;
      await Promise.race([this.#nextChunk(), stop]);
    }
  }

  #consume(pattern: string | RegExp, name: StreamName): boolean {
    const text = this.bytes(name).toString('latin1').slice(this.#consumed[name]);
    const end = endOfMatch(text, pattern);
    if (end === undefined) return false;
    this.#consumed[name] += end;
    return true;
  }

  #nextChunk(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
    });
  }

  #collect(name: StreamName, stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.#chunks[name].push(chunk);
      for (const wake of this.#waiters) wake();
    });
  }
}

function endOfMatch(text: string, pattern: string | RegExp): number | undefined {
  if (typeof pattern === 'string') {
    const found = text.indexOf(pattern);
    return found < 0 ? undefined : found + pattern.length;
  }
  const match = pattern.exec(text);
  return match ? match.index + match[0].length : undefined;
}
