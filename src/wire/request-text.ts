import { quote } from '../base/go-quote.ts';

/** What a log must not show. */
const SECRETS: ReadonlySet<string> = new Set(['password', 'hashedPassword', 'simple_token', 'token']);

/**
 * A message as logs show it, in the text format of protocol buffers on one line: fields with their zero value are left
 * out, passwords and tokens too, and of values there is only the size.
 */
export function requestText(message: object): string {
  const words: string[] = [];
  for (const [name, value] of Object.entries(message)) {
    if (SECRETS.has(name)) continue;
    if (name === 'value' && value instanceof Uint8Array) words.push(`value_size:${value.byteLength}`);
    else for (const each of Array.isArray(value) ? value : [value]) append(words, name, each);
  }
  return words.join(' ');
}

function append(words: string[], name: string, value: unknown): void {
  if (value instanceof Uint8Array || typeof value === 'string') {
    if (value.length > 0) words.push(`${name}:${quote(value)}`);
  } else if (typeof value === 'object' && value !== null) {
    words.push(`${name}:{${requestText(value)}}`);
  } else if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') {
    if (value) words.push(`${name}:${value}`);
  }
}
