const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Bytes in double quotes as Go's `%q` writes them: readable text stays, all else becomes an escape. */
export function quoteBytes(bytes: Uint8Array): string {
  let quoted = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const sequence = bytes.subarray(at, at + length);
    const character = length === 0 ? undefined : tryDecode(sequence);
    if (character === undefined) {
      quoted += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at++;
    } else {
      quoted += quoteCharacter(character);
      at += length;
    }
  }
  return `"${quoted}"`;
}

function quoteCharacter(character: string): string {
  const escaped = ESCAPES[character];
  if (escaped !== undefined || PRINTABLE.test(character)) {
    return escaped ?? character;
  }
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) {
    return `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Bytes of the UTF-8 sequence that begins with `lead`, 0 when none can. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function tryDecode(sequence: Uint8Array): string | undefined {
  try {
    return DECODER.decode(sequence);
  } catch {
    return undefined;
  }
}
