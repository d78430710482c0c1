import type { PeerCertificate } from 'node:tls';
import type { TlsSettings } from '../settings.ts';
import { alternativeNames } from './san.ts';

/**
 * Why a verified certificate may not come in: etcd's --*-cert-allowed-cn and --*-cert-allowed-hostname. Undefined if
 * it may.
 */
export function refusalOf(certificate: PeerCertificate, settings: TlsSettings): string | undefined {
  const { allowedCommonNames, allowedHostnames } = settings;
  const name = certificate.subject.CN;
  const names = Array.isArray(name) ? name : [name];
  if (allowedCommonNames.length > 0 && !names.some((each) => each !== undefined && allowedCommonNames.includes(each))) {
    return 'client certificate authentication failed: its common name is not allowed';
  }
  if (allowedHostnames.length > 0 && !allowedHostnames.some((host) => carries(certificate, host))) {
    return 'client certificate authentication failed: it is for no host name that is allowed';
  }
  return undefined;
}

/** Whether the certificate was issued for this name or address. */
function carries(certificate: PeerCertificate, host: string): boolean {
  const { addresses, dnsNames } = alternativeNames(certificate);
  const wanted = host.toLowerCase();
  const parent = wanted.slice(wanted.indexOf('.') + 1);
  return (
    addresses.includes(host) ||
    dnsNames.some((name) => name.toLowerCase() === wanted || name.toLowerCase() === `*.${parent}`)
  );
}
