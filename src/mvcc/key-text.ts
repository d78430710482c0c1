/** A key as a string of one character a byte, for maps and sets; such strings sort as the bytes do. */
export function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
