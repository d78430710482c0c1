import type { Writer } from './printer.ts';

const chunkBytes = 64 * 1024;
const textLimit = 8 * 1024;
const newline = 0x0a;

/**
 * Gathers what a printer says into chunks of up to 64 KiB, so that a million
 * keys cost a few thousand writes. Bytes pass as they are, text as UTF-8.
 */
export class Sink {
  readonly #out: Writer;
  #text = '';
  #chunk: Buffer | undefined;
  #used = 0;

  constructor(out: Writer) {
    this.#out = out;
  }

  text(text: string): void {
    this.#text += text;
    if (this.#text.length >= textLimit) this.#encodeText();
  }

  bytes(bytes: Uint8Array): void {
    if (this.#text !== '') this.#encodeText();
    if (bytes.length >= chunkBytes) {
      this.#emit();
      this.#out.write(bytes);
      return;
    }
    this.#room(bytes.length).set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** The bytes and a newline. */
  line(bytes: Uint8Array): void {
    this.bytes(bytes);
    this.#room(1)[this.#used++] = newline;
  }

  /** Writes what is still held; the sink can be used again. */
  flush(): void {
    if (this.#chunk === undefined) {
      if (this.#text !== '') this.#out.write(this.#text);
      this.#text = '';
      return;
    }
    this.#encodeText();
    this.#emit();
  }

  #encodeText(): void {
    const text = this.#text;
    this.#text = '';
    // One UTF-16 unit takes at most three bytes of UTF-8.
    const most = text.length * 3;
    if (most > chunkBytes) {
      this.#emit();
      this.#out.write(text);
      return;
    }
    const chunk = this.#room(most);
    this.#used += chunk.write(text, this.#used);
  }

  #room(bytes: number): Buffer {
    if (this.#used + bytes > chunkBytes) this.#emit();
    this.#chunk ??= Buffer.allocUnsafe(chunkBytes);
    return this.#chunk;
  }

  #emit(): void {
    if (this.#chunk !== undefined && this.#used > 0) this.#out.write(this.#chunk.subarray(0, this.#used));
    // The stream may still hold on to the chunk, so the next one is a new one.
    this.#chunk = undefined;
    this.#used = 0;
  }
}

/** Runs `write` on a sink and flushes it, which is how a printer's method puts out one response. */
export function printTo(out: Writer): (write: (sink: Sink) => void) => void {
  return (write) => {
    const sink = new Sink(out);
    write(sink);
    sink.flush();
  };
}
