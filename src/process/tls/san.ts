import { lookup, reverse } from 'node:dns/promises';
import type { PeerCertificate } from 'node:tls';

/** The names that a certificate carries beside its subject. */
export interface AlternativeNames {
  readonly addresses: readonly string[];
  readonly dnsNames: readonly string[];
}

export function alternativeNames({ subjectaltname = '' }: PeerCertificate): AlternativeNames {
  const addresses: string[] = [];
  const dnsNames: string[] = [];
  for (const entry of subjectaltname.split(', ')) {
    const [, kind, value = ''] = /^(DNS|IP Address):"?(.*?)"?$/.exec(entry) ?? [];
    if (kind === 'IP Address') addresses.push(value);
    if (kind === 'DNS') dnsNames.push(value);
  }
  return { addresses, dnsNames };
}

/** Looks names up; tests put tables in its place. */
export interface Names {
  readonly reverse: (address: string) => Promise<readonly string[]>;
  readonly lookup: (name: string) => Promise<readonly string[]>;
}

export const systemNames: Names = {
  reverse: (address) => reverse(address),
  lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
};

/**
 * Why the certificate does not belong to the address that it came from; undefined if it does. As in etcd, one without
 * names may come from anywhere, addresses are compared first, and names are looked up both ways: that takes a while.
 */
export function addressRefusal(
  certificate: PeerCertificate,
  remoteAddress: string,
  names: Names = systemNames,
): string | undefined | Promise<string | undefined> {
  const { addresses, dnsNames } = alternativeNames(certificate);
  const remote = remoteAddress.replace(/^::ffff:/, '');
  if (addresses.length === 0 && dnsNames.length === 0) return undefined;
  if (addresses.includes(remote)) return undefined;
  if (dnsNames.length === 0) return `x509: certificate is valid for ${addresses.join(', ')}, not ${remote}`;
  const refusal = `tls: "${remote}" does not match any of DNSNames [${dnsNames.map((name) => `"${name}"`).join(' ')}]`;
  return comesFrom(remote, dnsNames, names).then((isTheirs) => (isTheirs ? undefined : refusal));
}

async function comesFrom(
  remote: string,
  dnsNames: readonly string[],
  { reverse: back, lookup: forth }: Names,
): Promise<boolean> {
  const wildcards = dnsNames.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  const exact = dnsNames.filter((name) => !name.startsWith('*.'));
  const found: readonly string[] = await back(remote).catch(() => []);
  const known = found.map((name) => name.replace(/\.$/, ''));
  if (known.some((name) => exact.includes(name) || wildcards.some((end) => name.endsWith(end)))) return true;
  for (const name of exact) {
    const addresses: readonly string[] = await forth(name).catch(() => []);
    if (addresses.includes(remote)) return true;
  }
  return false;
}
