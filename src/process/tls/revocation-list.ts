const INTEGER = 0x02;
const SEQUENCE = 0x30;
const TIMES: ReadonlySet<number> = new Set([0x17, 0x18]);

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/**
 * The serial numbers of a certificate revocation list (RFC 5280 §5.1), in upper-case hex without leading zeros. Its
 * signature is not looked at, as etcd does not: who can write the file may say who is revoked.
 * @param list DER or PEM
 * @throws Error if it is none
 */
export function revokedSerials(list: Buffer): ReadonlySet<string> {
  const [body] = children(sequence(children(derOf(list))[0]));
  const fields = children(sequence(body));
  if (fields[0]?.tag === INTEGER) fields.shift();
  // The algorithm and the issuer are followed by one time or two; then come the entries, if there are any.
  sequence(fields.shift());
  sequence(fields.shift());
  if (!isTime(fields.shift())) throw new Error('x509: malformed crl');
  if (isTime(fields[0])) fields.shift();
  const [entries] = fields;
  if (entries?.tag !== SEQUENCE) return new Set();
  return new Set(children(entries.content).map((entry) => serialOf(children(sequence(entry))[0])));
}

/** One serial number in the form of `revokedSerials`. */
export const plainSerial = (hex: string): string => hex.toUpperCase().replace(/^0+(?=.)/, '');

const isTime = (element: Element | undefined): boolean => element !== undefined && TIMES.has(element.tag);

function serialOf(element: Element | undefined): string {
  if (element?.tag !== INTEGER) throw new Error('x509: malformed serial number');
  return plainSerial(element.content.toString('hex'));
}

function sequence(element: Element | undefined): Buffer {
  if (element?.tag !== SEQUENCE) throw new Error('x509: malformed crl');
  return element.content;
}

function derOf(list: Buffer): Buffer {
  const [, text] = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/.exec(list.toString('latin1')) ?? [];
  return text === undefined ? list : Buffer.from(text, 'base64');
}

/** The elements that lie one behind the other. @throws Error where one is cut off */
function children(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0x80;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || octets > 4 || at + 2 + octets > bytes.length) throw new Error('x509: malformed crl');
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    const start = at + 2 + octets;
    if (start + length > bytes.length) throw new Error('x509: malformed crl');
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
