import { quote } from '../../../base/index.ts';
import type { ResponseHeader } from '../../../wire/index.ts';
import type { PrinterOptions } from '../printer.ts';
import { Sink } from '../sink.ts';
import { hex, hex16 } from '../text.ts';

/** Writes `"Name" : value` lines for one response. */
export class Page {
  readonly #sink: Sink;
  readonly #isHex: boolean;

  constructor(options: Pick<PrinterOptions, 'out' | 'hex'>) {
    this.#sink = new Sink(options.out);
    this.#isHex = options.hex;
  }

  field(name: string, value: string | bigint | number | boolean): void {
    this.#sink.text(`"${name}" : ${value}\n`);
  }

  /** A text or bytes as a Go string literal. */
  quoted(name: string, value: string | Uint8Array): void {
    this.field(name, typeof value === 'string' ? quote(value) : quoteBytes(value));
  }

  /** Values on one line, none at all if there are none. */
  list(name: string, values: readonly string[]): void {
    this.#sink.text(`${[`"${name}" :`, ...values].join(' ')}\n`);
  }

  /** The ID of a cluster or member: decimal, or hexadecimal with `--hex`. */
  id(name: string, value: bigint): void {
    this.field(name, this.#isHex ? hex(value) : value);
  }

  /** A lease ID: decimal, or sixteen hexadecimal digits with `--hex`. */
  leaseId(name: string, value: bigint): void {
    this.field(name, this.#isHex ? hex16(value) : value);
  }

  header(header: ResponseHeader | undefined): void {
    this.id('ClusterID', header?.cluster_id ?? 0n);
    this.id('MemberID', header?.member_id ?? 0n);
    // Only answers about keys carry a revision.
    if (header !== undefined && header.revision > 0n) this.field('Revision', header.revision);
    this.field('RaftTerm', header?.raft_term ?? 0n);
  }

  /** An empty line, which ends one entry of a list. */
  end(): void {
    this.#sink.text('\n');
  }

  flush(): void {
    this.#sink.flush();
  }
}

/** Printing a response on a page of its own. */
export function printPage(options: Pick<PrinterOptions, 'out' | 'hex'>): (write: (page: Page) => void) => void {
  return (write) => {
    const page = new Page(options);
    write(page);
    page.flush();
  };
}

/** Most keys and values are plain ASCII, which needs no look at each code point. */
function quoteBytes(bytes: Uint8Array): string {
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return quote(bytes);
  }
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}"`;
}
