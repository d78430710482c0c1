import { readFileSync } from 'node:fs';

/** Where systems keep the authorities that they trust, in the order in which Go looks. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The system's bundle in PEM. Undefined when it has none; TLS then trusts the authorities built into the runtime. */
export function readSystemAuthorities(paths: readonly string[] = bundles): Buffer | undefined {
  for (const path of paths) {
    try {
      return readFileSync(path);
    } catch {
      // The file does not exist on this system, or may not be read: another one may.
    }
  }
  return undefined;
}
