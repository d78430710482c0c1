import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { messageOf } from '../../base/index.ts';
import { SettingsError } from '../check-settings.ts';
import { plainSerial, revokedSerials } from './revocation-list.ts';
import { WatchedFile } from './watched-file.ts';

/** Why a certificate may not come in; undefined if it may. */
export type Verdict = (certificate: PeerCertificate) => string | undefined;

const allowAll: Verdict = () => undefined;

/**
 * Refuses the certificates of a revocation list, as it lies on disk when they are shown. A list that can no longer be
 * read lets nobody in.
 * @param path empty for no list
 * @throws SettingsError if it cannot be read at the start
 */
export function revocations(path: string): Verdict {
  if (path === '') return allowAll;
  const file = new WatchedFile(path);
  let content: Buffer | undefined;
  let revoked: ReadonlySet<string> = new Set();
  const refresh = (): void => {
    const fresh = file.read();
    if (fresh !== content) revoked = revokedSerials(fresh);
    content = fresh;
  };
  try {
    refresh();
  } catch (error) {
    throw new SettingsError(`the certificate revocation list ${path} cannot be read: ${messageOf(error)}`);
  }
  return (certificate) => {
    try {
      refresh();
    } catch (error) {
      return `the certificate revocation list cannot be read: ${messageOf(error)}`;
    }
    const serial = chainOf(certificate)
      .map(({ serialNumber }) => plainSerial(serialNumber))
      .find((each) => revoked.has(each));
    return serial === undefined ? undefined : `transport: certificate serial ${serial.toLowerCase()} revoked`;
  };
}

/** The certificate and those that were shown to have issued it. */
function chainOf(certificate: PeerCertificate): PeerCertificate[] {
  const chain: PeerCertificate[] = [];
  let next: Partial<DetailedPeerCertificate> & PeerCertificate = certificate;
  while (!chain.includes(next)) {
    chain.push(next);
    if (next.issuerCertificate === undefined || Object.keys(next.issuerCertificate).length === 0) break;
    next = next.issuerCertificate;
  }
  return chain;
}
