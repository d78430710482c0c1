import { EventEmitter } from 'node:events';
import type { Carrier } from '../grpc/transport.ts';

/** As much of Bun's own sockets as is used here. */
interface RawSocket {
  readonly localAddress: string;
  readonly alpnProtocol?: string | false | null;
  /** @returns how many bytes were taken; the rest is to be offered again after `drain` */
  write(bytes: Uint8Array): number;
  terminate(): void;
  ref(): void;
  unref(): void;
}

interface Handlers {
  open(socket: RawSocket): void;
  handshake(socket: RawSocket, isGood: boolean, error: Error | null): void;
  data(socket: RawSocket, bytes: Buffer): void;
  drain(socket: RawSocket): void;
  end(socket: RawSocket): void;
  error(socket: RawSocket, error: Error): void;
  close(socket: RawSocket): void;
  connectError(socket: RawSocket, error: Error): void;
}

export interface RawTarget {
  readonly hostname?: string;
  readonly port?: number;
  readonly unix?: string;
  readonly tls?: object;
}

declare const Bun: { connect(options: RawTarget & { readonly socket: Handlers }): Promise<RawSocket> };

/**
 * Bun's own socket, which needs none of the modules that stand for Node's: 2 ms of a short command, 5 with TLS. It is for
 * what goes well. A connection that cannot be made is tried again in Node's way, whose errors have the names that
 * explanations are made from; nothing has been sent by then.
 */
export class BunSocket extends EventEmitter implements Carrier {
  readonly encrypted: boolean;
  #connecting = true;
  #destroyed = false;
  #isReady = false;
  #isRef = true;
  #bytesRead = 0;
  #raw: RawSocket | undefined;
  #other: Carrier | undefined;
  readonly #dialOther: () => Carrier;
  #unsent: Uint8Array[] = [];

  /** @param dialOther makes the socket that takes over when this one cannot connect */
  constructor(target: RawTarget, dialOther: () => Carrier) {
    super();
    this.encrypted = target.tls !== undefined;
    this.#dialOther = dialOther;
    Bun.connect({ ...target, socket: this.#handlers() }).catch(() => this.#fallBack());
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  get connecting(): boolean {
    return this.#connecting;
  }

  get bytesRead(): number {
    return this.#other?.bytesRead ?? this.#bytesRead;
  }

  get localAddress(): string | undefined {
    return this.#other === undefined ? this.#raw?.localAddress : this.#other.localAddress;
  }

  get alpnProtocol(): string | false | null | undefined {
    return (this.#other ?? this.#raw)?.alpnProtocol;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#other !== undefined) return this.#other.write(bytes);
    this.#unsent.push(bytes);
    this.#flush();
    return this.#unsent.length === 0;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    if (this.#other !== undefined) this.#other.destroy();
    else if (this.#raw === undefined) queueMicrotask(() => this.emit('close'));
    else this.#raw.terminate();
  }

  ref(): void {
    this.#isRef = true;
    (this.#other ?? this.#raw)?.ref();
  }

  unref(): void {
    this.#isRef = false;
    (this.#other ?? this.#raw)?.unref();
  }

  #handlers(): Handlers {
    return {
      open: (raw) => this.#open(raw),
      handshake: (raw, isGood, error) => {
        if (this.#destroyed || !this.encrypted) return;
        if (isGood && error === null && raw.alpnProtocol === 'h2') this.#ready('secureConnect');
        else this.#fallBack();
      },
      data: (raw, bytes) => {
        if (raw !== this.#raw) return;
        this.#bytesRead += bytes.length;
        this.emit('data', bytes);
      },
      drain: (raw) => {
        if (raw !== this.#raw) return;
        this.#flush();
        if (this.#unsent.length === 0) this.emit('drain');
      },
      end: (raw) => raw === this.#raw && this.#isReady && this.emit('end'),
      error: (raw, error) => raw === this.#raw && this.#isReady && this.emit('error', named(error)),
      close: (raw) => this.#close(raw),
      connectError: () => {}, // the promise tells it too
    };
  }

  #open(raw: RawSocket): void {
    if (this.#destroyed) return raw.terminate();
    this.#raw = raw;
    if (!this.#isRef) raw.unref();
    if (!this.encrypted) return this.#ready('connect');
    this.#connecting = false;
    this.emit('connect');
  }

  #ready(event: 'connect' | 'secureConnect'): void {
    this.#connecting = false;
    this.#isReady = true;
    this.emit(event);
  }

  #close(raw: RawSocket): void {
    if (raw !== this.#raw) return;
    if (!this.#isReady && !this.#destroyed) return this.#fallBack();
    this.#destroyed = true;
    this.emit('close');
  }

  /** Writes as much as the socket takes. */
  #flush(): void {
    while (this.#raw !== undefined && !this.#destroyed) {
      const [first] = this.#unsent;
      if (first === undefined) return;
      const taken = Math.max(0, this.#raw.write(first));
      if (taken < first.length) {
        this.#unsent[0] = first.subarray(taken);
        return;
      }
      this.#unsent.shift();
    }
  }

  #fallBack(): void {
    if (this.#destroyed || this.#other !== undefined) return;
    const raw = this.#raw;
    this.#raw = undefined;
    raw?.terminate();
    try {
      this.#other = this.#dialOther();
    } catch (error) {
      this.#destroyed = true;
      this.emit('error', error);
      this.emit('close');
      return;
    }
    const other = this.#other;
    for (const event of ['lookup', 'connect', 'secureConnect', 'data', 'drain', 'end', 'error'] as const) {
      other.on(event, (...details: unknown[]) => this.emit(event, ...details));
    }
    other.on('close', () => {
      this.#destroyed = true;
      this.emit('close');
    });
    if (!this.#isRef) other.unref();
  }
}

/** OpenSSL's errors as Node names them. */
function named(error: Error): Error {
  const reason = /^error:[0-9a-f]+:[^:]*:[^:]*:(\w+)$/.exec(error.message)?.[1];
  return reason === undefined ? error : Object.assign(error, { code: `ERR_SSL_${reason}`, reason });
}
