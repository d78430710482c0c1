import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { HpackDecoder } from '../../../../src/grpc/http2/hpack-decoder.ts';
import { HpackEncoder } from '../../../../src/grpc/http2/hpack-encoder.ts';

export const Type = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  window: 8,
  continuation: 9,
} as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function rawFrame(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

export const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export function setting(id: number, value: number): Buffer {
  return rawFrame(Type.settings, 0, 0, Buffer.concat([Buffer.from([0, id]), number(value)]));
}

/** Pseudo-headers of a call, and what makes it one. */
export const callHeaders = (path: string): Record<string, string> => ({
  ':method': 'POST',
  ':scheme': 'http',
  ':path': path,
  ':authority': 'tests',
  'content-type': 'application/grpc',
  te: 'trailers',
});

/** A block of headers that leaves nothing in the tables, so that blocks can be sent in any order. */
export const block = (headers: Record<string, string>): Buffer => {
  const encoder = new HpackEncoder();
  encoder.limitTable(0);
  return encoder.encode(headers);
};

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A client that sends whatever bytes it is given, and tells what came back. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  /** In the order of their frames. */
  readonly headers: Array<Record<string, unknown>> = [];
  isClosed = false;
  readonly #decoder = new HpackDecoder();
  #rest = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => (this.isClosed = true));
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** @param settings what follows the preface */
  static async connect(port: number, settings: Buffer = rawFrame(Type.settings, 0, 0)): Promise<RawClient> {
    const client = await RawClient.silent(port);
    client.send(PREFACE, settings);
    return client;
  }

  /** Not even the preface is sent. */
  static async silent(port: number): Promise<RawClient> {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  of(type: number, streamId?: number): RawFrame[] {
    return this.frames.filter((frame) => frame.type === type && (streamId ?? frame.streamId) === frame.streamId);
  }

  /** The code of its farewell, if it has said farewell. */
  get goAwayCode(): number | undefined {
    return this.of(Type.goAway)[0]?.payload.readUInt32BE(4);
  }

  resetCode(streamId: number): number | undefined {
    return this.of(Type.reset, streamId)[0]?.payload.readUInt32BE(0);
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) return;
      const [type = 0, flags = 0] = this.#rest.subarray(3, 5);
      const payload = Buffer.from(this.#rest.subarray(9, end));
      this.frames.push({ type, flags, streamId: this.#rest.readUInt32BE(5), payload });
      if (type === Type.headers) this.headers.push({ ...this.#decoder.decode(payload) });
      this.#rest = this.#rest.subarray(end);
    }
  }
}
