import type { LogSink } from '../base/index.ts';
import type { Family } from '../figures/index.ts';
import type { Member } from '../member/index.ts';
import { type Listener, type Served, serveMember, type ServerTls } from '../serve/index.ts';
import { placeOf } from './listen.ts';
import type { ServerSettings } from './settings.ts';
import { refusalOf } from './tls/allowed.ts';
import { cipherList } from './tls/cipher-suites.ts';
import { tlsFiles } from './tls/material.ts';
import { revocations } from './tls/revocations.ts';
import { tlsVersion } from './tls/versions.ts';

/** Listens on all of a member's URLs for clients, with everything that they may ask there. */
export async function serveClients(
  settings: ServerSettings,
  member: Member,
  tls: (() => ServerTls) | undefined,
  figures: () => readonly Family[],
  log: LogSink,
): Promise<Served> {
  const { listenClientUrls, listenClientHttpUrls, listenMetricsUrls } = settings;
  // Where there are URLs for HTTP alone, the others answer none.
  const clients = listenClientHttpUrls.length > 0 ? ('grpc' as const) : undefined;
  const served = await serveMember(member, {
    listeners: [
      ...listenersOf(listenClientUrls, clients),
      ...listenersOf(listenClientHttpUrls, 'http'),
      ...listenersOf(listenMetricsUrls, 'metrics'),
    ],
    ...(tls !== undefined && { tls }),
    gateway: settings.enableGateway,
    access: { cors: settings.cors, hostWhitelist: settings.hostWhitelist },
    commonNames: settings.clientTls.clientCertAuth,
    maxRequestBytes: settings.maxRequestBytes,
    maxConcurrentStreams: settings.maxConcurrentStreams,
    minPingIntervalMs: settings.keepAliveMinTimeMs,
    ...(settings.keepAliveIntervalMs > 0 &&
      settings.keepAliveTimeoutMs > 0 && {
        keepAlive: { idleMs: settings.keepAliveIntervalMs, timeoutMs: settings.keepAliveTimeoutMs },
      }),
    electionTimeoutMs: settings.electionMs,
    callTimes: settings.metrics === 'extensive',
    slowRequestMs: settings.slowRequestMs,
    figures,
    logger: log,
  });
  for (const url of listenClientUrls) tellServing(url, log);
  return served;
}

function tellServing(url: string, log: LogSink): void {
  const { isSecure } = placeOf(url);
  const fields = { traffic: 'grpc+http', address: url.replace(/^\w+:\/\//, '') };
  if (isSecure) log({ level: 'info', message: 'serving client traffic securely', fields });
  else log({ level: 'info', message: 'serving client traffic insecurely; this is strongly discouraged!', fields });
}

/** One for each address: where URLs with and without TLS name the same, it serves both. */
export function listenersOf(urls: readonly string[], serves: Listener['serves']): Listener[] {
  const listeners = new Map<string, Listener>();
  for (const url of urls) {
    const { isSecure, ...place } = placeOf(url);
    const address: Listener['address'] =
      place.kind === 'unix' ? { kind: 'unix', path: place.path } : { kind: 'tcp', host: place.host, port: place.port };
    const name = JSON.stringify(address);
    const before = listeners.get(name)?.secure;
    const secure = before === undefined || before === isSecure ? isSecure : 'optional';
    listeners.set(name, { address, secure, ...(serves !== undefined && { serves }) });
  }
  return [...listeners.values()];
}

/** TLS towards clients; etcd asks for their certificates where it is told to, or is given an authority. */
export function clientTls(settings: ServerSettings): (() => ServerTls) | undefined {
  const { clientTls: tls } = settings;
  const files = tlsFiles(tls, 'server', '');
  if (files === undefined) return undefined;
  const ciphers = cipherList(settings.cipherSuites);
  const revoked = revocations(tls.crlFile);
  return () => {
    const { cert, key, ca } = files.read();
    return {
      cert,
      key,
      ...(ca !== undefined && { clientCa: ca }),
      clientCertificates: tls.clientCertAuth || tls.trustedCaFile !== '' ? 'required' : 'none',
      minVersion: tlsVersion(settings.tlsMinVersion),
      maxVersion: tlsVersion(settings.tlsMaxVersion),
      ciphers,
      refusalOf: (certificate) => revoked(certificate) ?? refusalOf(certificate, tls),
    };
  };
}
