const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;

/** Makes text fit into a `grpc-message` header: bytes of its UTF-8 that are not printable ASCII, and `%`, are escaped. */
export function encodePercent(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
