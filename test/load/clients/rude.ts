/** Clients that break the rules of HTTP/2 or gRPC, each over a connection of its own. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const SETTINGS = frame(4, 0, 0);
const [DATA, HEADERS, RST_STREAM, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [0, 1, 3, 7, 8, 9] as const;
const [END_STREAM, END_HEADERS] = [1, 4] as const;

function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  length = payload.length,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);

/** The head of a call, in HPACK without any compression. */
const callHead = (path: string): Buffer =>
  Buffer.concat([
    literal(':method', 'POST'),
    literal(':scheme', 'http'),
    literal(':path', path),
    literal(':authority', 'localhost'),
    literal('content-type', 'application/grpc'),
    literal('te', 'trailers'),
  ]);

const call = frame(HEADERS, END_HEADERS, 1, callHead('/etcdserverpb.KV/Put'));
const grpcHead = (length: number): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return head;
};

export interface Rudeness {
  readonly name: string;
  readonly bytes: readonly Buffer[];
  /** Whether the server has to end the connection, or at least to say (GOAWAY) that nothing comes of it any more. */
  readonly isToldOff: boolean;
}

export const RUDENESSES: readonly Rudeness[] = [
  { name: 'noise', bytes: [Buffer.from([0xff, 0, 0x13, 0x37, ...Buffer.alloc(200, 0xaa)])], isToldOff: true },
  { name: 'a preface cut short', bytes: [PREFACE.subarray(0, 10), Buffer.from('and then this')], isToldOff: true },
  { name: 'nothing at all', bytes: [], isToldOff: false },
  { name: 'half a preface', bytes: [PREFACE.subarray(0, 12)], isToldOff: false },
  { name: 'half a call', bytes: [PREFACE, SETTINGS, call, frame(DATA, 0, 1, grpcHead(100))], isToldOff: false },
  { name: 'half a frame', bytes: [PREFACE, SETTINGS, call.subarray(0, 20)], isToldOff: false },
  { name: 'data of no stream', bytes: [PREFACE, SETTINGS, frame(DATA, 0, 0, Buffer.from('x'))], isToldOff: true },
  { name: 'data before the call', bytes: [PREFACE, SETTINGS, frame(DATA, 0, 5, Buffer.from('x'))], isToldOff: true },
  {
    name: 'a frame that is too large',
    bytes: [PREFACE, SETTINGS, call, frame(DATA, 0, 1, Buffer.alloc(64 * 1024), 2 ** 24 - 1)],
    isToldOff: true,
  },
  {
    name: 'a head that cannot be unpacked',
    bytes: [PREFACE, SETTINGS, frame(HEADERS, END_HEADERS, 1, Buffer.alloc(20, 0xff))],
    isToldOff: true,
  },
  {
    name: 'a continuation of nothing',
    bytes: [PREFACE, SETTINGS, frame(CONTINUATION, END_HEADERS, 1, Buffer.from('x'))],
    isToldOff: true,
  },
  {
    name: 'a window that overflows',
    bytes: [PREFACE, SETTINGS, call, frame(WINDOW_UPDATE, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
    isToldOff: true,
  },
  {
    name: 'a message said to be of 4 GiB',
    bytes: [PREFACE, SETTINGS, call, frame(DATA, END_STREAM, 1, grpcHead(2 ** 32 - 1))],
    isToldOff: false,
  },
  {
    name: 'a thousand calls taken back at once',
    bytes: [
      PREFACE,
      SETTINGS,
      ...Array.from({ length: 1000 }, (_, at) => [
        frame(HEADERS, END_HEADERS, 2 * at + 1, callHead('/etcdserverpb.KV/Put')),
        frame(RST_STREAM, 0, 2 * at + 1, Buffer.from([0, 0, 0, 8])),
      ]).flat(),
    ],
    isToldOff: false,
  },
];

/** Says it, and stays on the line. */
export class RudeClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  static async of(port: number, { bytes }: Rudeness): Promise<RudeClient> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    for (const part of bytes) socket.write(part);
    return new RudeClient(socket);
  }

  /** Whether the server has ended the connection, or said that it is no more, by then. */
  async isToldOff(withinMs: number): Promise<boolean> {
    const isSo = (): boolean => this.#socket.closed || this.#frames.includes(GOAWAY);
    for (let waitedMs = 0; waitedMs < withinMs && !isSo(); waitedMs += 10) await sleep(10);
    return isSo();
  }

  /** The types of the frames that came. */
  get #frames(): number[] {
    const types: number[] = [];
    for (let at = 0; at + 9 <= this.#received.length; at += 9 + this.#received.readUIntBE(at, 3)) {
      types.push(this.#received.readUInt8(at + 3));
    }
    return types;
  }

  leave(): void {
    this.#socket.destroy();
  }
}
