import * as x509 from '@peculiar/x509';

/**
 * The serial numbers of a certificate revocation list, in upper-case hex without leading zeros.
 * @param list DER or PEM
 * @throws Error if it is none
 */
export function revokedSerials(list: Uint8Array): ReadonlySet<string> {
  const { entries } = new x509.X509Crl(Buffer.from(list));
  return new Set(entries.map(({ serialNumber }) => plainSerial(serialNumber)));
}

/** One serial number in the form of `revokedSerials`. */
export const plainSerial = (hex: string): string => hex.toUpperCase().replace(/^0+(?=.)/, '');
