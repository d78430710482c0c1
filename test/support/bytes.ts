/** UTF-8 bytes of a text, as a plain Uint8Array so that `toEqual` compares contents alone. */
export const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
