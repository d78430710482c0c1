import { TextError } from './text-error.ts';

/** What {@link parseJson} yields: integers are bigint, numbers with a fraction or an exponent are number. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

/** Has no prototype, so that every name is the text's own. */
export interface JsonObject {
  [name: string]: JsonValue;
}

const deepest = 500;

/**
 * Reads JSON without losing digits of 64-bit integers, which JSON.parse rounds.
 * @throws {TextError} `invalid JSON at offset 3: a value is missing`
 */
export function parseJson(text: string): JsonValue {
  const parser = new JsonParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > deepest) throw this.#fault(`it nests deeper than ${deepest} levels`);
    this.#take(/[ \t\r\n]*/y);
    if (this.#take(/\{/y) !== undefined) return this.#object(depth);
    if (this.#take(/\[/y) !== undefined) return this.#array(depth);
    const word = this.#take(/true|false|null/y);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) return /[.eE]/.test(number) ? Number(number) : BigInt(number);
    return this.#string('a value is missing');
  }

  end(): void {
    this.#take(/[ \t\r\n]*/y);
    if (this.#at < this.#text.length) throw this.#fault('something follows the value');
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = Object.create(null);
    if (this.#take(/[ \t\r\n]*\}/y) !== undefined) return object;
    for (;;) {
      this.#take(/[ \t\r\n]*/y);
      const name = this.#string('a name is missing');
      if (this.#take(/[ \t\r\n]*:/y) === undefined) throw this.#fault('a colon is missing');
      object[name] = this.value(depth + 1);
      if (this.#take(/[ \t\r\n]*\}/y) !== undefined) return object;
      if (this.#take(/[ \t\r\n]*,/y) === undefined) throw this.#fault('a comma or } is missing');
    }
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    if (this.#take(/[ \t\r\n]*\]/y) !== undefined) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#take(/[ \t\r\n]*\]/y) !== undefined) return items;
      if (this.#take(/[ \t\r\n]*,/y) === undefined) throw this.#fault('a comma or ] is missing');
    }
  }

  #string(ifAbsent: string): string {
    const start = this.#at;
    // Written so that no input makes it backtrack: plain text, then escapes each followed by plain text.
    const literal = this.#take(/"[^"\\]*(?:\\.[^"\\]*)*"/sy);
    if (literal === undefined && this.#text[start] !== '"') throw this.#fault(ifAbsent);
    try {
      return String(JSON.parse(literal ?? ''));
    } catch {
      this.#at = start;
      throw this.#fault('the string is not closed or has a bad character');
    }
  }

  /** Takes what a sticky pattern matches here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }

  #fault(problem: string): TextError {
    return new TextError(`invalid JSON at offset ${this.#at}: ${problem}`);
  }
}
