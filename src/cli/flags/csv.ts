import { TextError, utf8Encode } from '../../base/index.ts';

const bareQuote = 'bare " in non-quoted-field';
const strayQuote = 'extraneous or missing " in quoted-field';

/**
 * The fields of the first record of a CSV text, as Go's encoding/csv reads it; blank lines before it are skipped and
 * what follows it is ignored. Empty text has no field.
 * @throws {TextError} `parse error on line 1, column 2: bare " in non-quoted-field`, or `EOF` if there are only blank lines
 */
export function parseCsvLine(text: string): string[] {
  if (text === '') return [];
  const reader = new RecordReader(text);
  const fields = [reader.field()];
  while (reader.takeComma()) fields.push(reader.field());
  return fields;
}

/** One line that {@link parseCsvLine} reads back to the same fields, as Go's encoding/csv writes it. */
export function formatCsvLine(fields: readonly string[]): string {
  return fields
    .map((field) => (field === '\\.' || needsQuotes.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

/** Unicode's white space: JavaScript's is without U+0085 and with U+FEFF. V8 takes a while to build \p{White_Space}. */
const needsQuotes = /[",\r\n]|^(?!\ufeff)[\s\u0085]/;

class RecordReader {
  readonly #lines: string[];
  /** What is left of the current line, its line feed included. */
  #line = '';
  #lineNumber = 0;
  #firstLineNumber = 1;
  /** Length of the current line when it was whole, for columns. */
  #lineBytes = 0;

  constructor(text: string) {
    this.#lines = splitLines(text);
    while (this.#line === '' || this.#line === '\n') {
      if (!this.#nextLine()) throw new TextError('EOF');
    }
    this.#firstLineNumber = this.#lineNumber;
  }

  takeComma(): boolean {
    if (!this.#line.startsWith(',')) return false;
    this.#line = this.#line.slice(1);
    return true;
  }

  field(): string {
    return this.#line.startsWith('"') ? this.#quotedField() : this.#plainField();
  }

  #plainField(): string {
    const field = /^[^,\n]*/.exec(this.#line)?.[0] ?? '';
    const at = field.indexOf('"');
    if (at >= 0) throw this.#error(at, bareQuote);
    this.#line = this.#line.slice(field.length);
    return field;
  }

  #quotedField(): string {
    let field = '';
    this.#line = this.#line.slice(1);
    for (;;) {
      const [, inside = '', doubled] = /^([^"]*)("")?/.exec(this.#line) ?? [];
      field += inside;
      this.#line = this.#line.slice(inside.length);
      if (doubled !== undefined) {
        field += '"';
        this.#line = this.#line.slice(2);
      } else if (this.#line !== '') {
        if (!/^"(,|\n?$)/.test(this.#line)) throw this.#error(0, strayQuote);
        this.#line = this.#line.slice(1);
        return field;
      } else if (!this.#nextLine()) {
        throw this.#error(0, strayQuote);
      }
    }
  }

  /** Goes to the next line; at the end of the text it stays where it is and returns false. */
  #nextLine(): boolean {
    const line = this.#lines.shift();
    if (line === undefined) return false;
    this.#line = line;
    this.#lineNumber++;
    this.#lineBytes = utf8Encode(line).length;
    return true;
  }

  /** @param ahead characters between the place read so far and the fault */
  #error(ahead: number, problem: string): TextError {
    const column = this.#lineBytes - utf8Encode(this.#line.slice(ahead)).length + 1;
    const start = this.#firstLineNumber;
    const isLater = start !== this.#lineNumber;
    const where = `parse error on line ${this.#lineNumber}, column ${column}`;
    return new TextError(`${isLater ? `record on line ${start}; ` : ''}${where}: ${problem}`);
  }
}

/** Lines with their line feeds; a carriage return before one, or at the end of the text, is dropped. */
function splitLines(text: string): string[] {
  return text
    .replace(/\r$/, '')
    .replaceAll('\r\n', '\n')
    .split(/(?<=\n)/);
}
