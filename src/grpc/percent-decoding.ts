const ESCAPE = /%[0-9A-Fa-f]{2}/g;

/** Turns a `grpc-message` header back into text: escapes are bytes of UTF-8, and malformed ones stay as they are. */
export function decodePercent(text: string): string {
  const bytes = text.replace(ESCAPE, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
