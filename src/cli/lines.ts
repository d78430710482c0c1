import { rawText } from '../base/index.ts';
import type { Input } from './io.ts';

/** Reads an input line by line. */
export class LineReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(input: Input) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** The next line without its line feed; undefined at the end, also for a last line that has none, as etcdctl reads. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0) {
        const line = this.#pending.subarray(0, end);
        this.#pending = this.#pending.subarray(end + 1);
        return rawText(line);
      }
      const { value, done } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#pending = Buffer.concat([this.#pending, value]);
    }
  }
}
