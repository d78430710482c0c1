/** A name server that knows one name, at 127.0.0.1. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const PORT = 53;
const TYPE_A = 1;
const NAME_ERROR = 3;

export class NameServer {
  /** Names that were asked for. */
  readonly asked = new Set<string>();
  readonly #socket: Socket = createSocket('udp4');
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.#socket.on('message', (question, from) => {
      this.#socket.send(this.#answer(question), from.port, from.address);
    });
  }

  /** @throws Error where the port of name servers is not for everybody */
  async listen(address: string): Promise<void> {
    this.#socket.bind(PORT, address);
    await once(this.#socket, 'listening');
  }

  close(): void {
    this.#socket.close();
  }

  /** The question again, and behind it the address if it is one for the name's. */
  #answer(message: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.');
    this.asked.add(name);
    const question = message.subarray(12, at + 5);
    const known = name === this.#name;
    const isAnswered = known && message.readUInt16BE(at + 1) === TYPE_A;
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (known ? 0 : NAME_ERROR), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(isAnswered ? 1 : 0, 6);
    // The name as a pointer to the question, type A, class IN, for a minute, four bytes.
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    return Buffer.concat([head, question, isAnswered ? answer : Buffer.alloc(0)]);
  }
}
