import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type LogSink, systemClock } from '../../base/index.ts';
import { SettingsError } from '../check-settings.ts';
import { placeOf } from '../listen.ts';
import type { ServerSettings, TlsSettings } from '../settings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The settings with certificates made for --auto-tls and --peer-auto-tls. They lie below the data directory, where a
 * later start finds them again.
 * @throws SettingsError, and what writing throws
 */
export async function withSelfSigned(settings: ServerSettings, log: LogSink): Promise<ServerSettings> {
  const { clientTls, peerTls, listenClientUrls, listenPeerUrls } = settings;
  return {
    ...settings,
    clientTls: await completed('client', clientTls, listenClientUrls, settings, log),
    peerTls: await completed('peer', peerTls, listenPeerUrls, settings, log),
  };
}

async function completed(
  who: 'client' | 'peer',
  tls: TlsSettings,
  urls: readonly string[],
  { dataDir, selfSignedYears }: ServerSettings,
  log: LogSink,
): Promise<TlsSettings> {
  if (!tls.auto) return tls;
  if (tls.certFile !== '' || tls.keyFile !== '' || tls.trustedCaFile !== '') {
    log({ level: 'warn', message: `ignoring ${who} auto TLS since certs given`, fields: {} });
    return { ...tls, auto: false };
  }
  if (selfSignedYears === 0) {
    throw new SettingsError('selfSignedCertValidity is invalid,it should be greater than 0');
  }
  const directory = join(dataDir, 'fixtures', who);
  const certFile = join(directory, 'cert.pem');
  const keyFile = join(directory, 'key.pem');
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const pair = await selfSigned(hostsOf(urls), selfSignedYears);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, pair.key, { mode: 0o600 });
    writeFileSync(certFile, pair.cert, { mode: 0o600 });
    log({ level: 'info', message: 'created cert file', fields: { path: certFile } });
  }
  return { ...tls, certFile, keyFile };
}

async function selfSigned(hosts: readonly string[], years: number): Promise<{ cert: string; key: string }> {
  const { issueAuthority } = await import('../../pki/index.ts');
  const nowMs = systemClock.wallMs();
  const validity = { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + years * 365 * DAY_MS) };
  const authority = await issueAuthority('etcd', validity);
  const leaf = await authority.issue({ commonName: 'etcd', hosts, usages: ['server', 'client'] }, validity);
  return { cert: `${leaf.cert}${authority.cert}`, key: leaf.key };
}

function hostsOf(urls: readonly string[]): string[] {
  const hosts = urls.map(placeOf).map((place) => (place.kind === 'tcp' ? place.host : 'localhost'));
  const any = hosts.some((host) => isIP(host) > 0 && /^[0:.]+$/.test(host));
  return [...new Set([...hosts, ...(any ? ['localhost', '127.0.0.1', '::1'] : [])])];
}
