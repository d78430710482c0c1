import { type JsonValue, parseJson, TextError } from '../../base/index.ts';

/** Longest text of one request; gRPC's own limit is applied to the request itself. */
const MAX_TEXT_CHARACTERS = 16 * 1024 * 1024;

/**
 * The JSON values of a body, one after the other as they become whole: a stream of requests is written so.
 * @throws TextError where the body is no JSON
 */
export async function* jsonValues(body: AsyncIterable<Uint8Array>): AsyncGenerator<JsonValue> {
  const decoder = new TextDecoder();
  const scanner = new ValueScanner();
  for await (const chunk of body) {
    for (const text of scanner.push(decoder.decode(chunk, { stream: true }))) yield parseJson(text);
  }
  const rest = scanner.rest().trim();
  if (rest !== '') yield parseJson(rest);
}

/** Finds where objects end. */
class ValueScanner {
  #text = '';
  #at = 0;
  #depth = 0;
  #isInText = false;

  push(more: string): string[] {
    this.#text += more;
    if (this.#text.length > MAX_TEXT_CHARACTERS) throw new TextError('http: request body too large');
    const values: string[] = [];
    while (this.#at < this.#text.length) {
      if (this.#step(this.#text[this.#at] ?? '')) {
        values.push(this.#text.slice(0, this.#at));
        this.#text = this.#text.slice(this.#at);
        this.#at = 0;
      }
    }
    return values;
  }

  rest(): string {
    return this.#text;
  }

  /** Whether this character ends an object. */
  #step(character: string): boolean {
    this.#at += 1;
    if (this.#isInText) {
      if (character === '\\') this.#at += 1;
      else if (character === '"') this.#isInText = false;
      return false;
    }
    if (character === '"') this.#isInText = true;
    else if (character === '{' || character === '[') this.#depth += 1;
    else if (character === '}' || character === ']') {
      this.#depth -= 1;
      return this.#depth <= 0;
    }
    return false;
  }
}
