import type { PeerCertificate } from 'node:tls';
import { type LogSink, systemClock } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import { HttpPeers, type PeerTls } from '../peer/index.ts';
import { localAddressOf } from './local-address.ts';
import { versionOf } from './member-options.ts';
import { type Listeners, listenForPeers } from './peer-listener.ts';
import type { ServerSettings } from './settings.ts';
import { refusalOf } from './tls/allowed.ts';
import { cipherList } from './tls/cipher-suites.ts';
import { type TlsFiles, tlsFiles, type TlsMaterial } from './tls/material.ts';
import { revocations } from './tls/revocations.ts';
import { tlsVersion } from './tls/versions.ts';

export interface Peers {
  readonly network: HttpPeers;
  readonly peers: Listeners;
}

/** The network between members: what this one dials with, and what it listens with. */
export async function openPeers(settings: ServerSettings, figures: Figures, log: LogSink): Promise<Peers> {
  const { peerTls } = settings;
  const server = tlsFiles(peerTls, 'server', 'peer-');
  const client = tlsFiles(peerTls, 'client', 'peer-');
  const revoked = revocations(peerTls.crlFile);
  const minVersion = tlsVersion(settings.tlsMinVersion) ?? 'TLSv1.2';
  const maxVersion = tlsVersion(settings.tlsMaxVersion);
  const ciphers = cipherList(settings.cipherSuites);
  // As etcd: the other end is held to the same names, whoever dials.
  const allowed = (certificate: PeerCertificate): string | undefined => refusalOf(certificate, peerTls);
  const { address: localAddress, notes } = localAddressOf(settings);
  for (const note of notes) log(note);
  const network = new HttpPeers({
    clock: systemClock,
    figures,
    log,
    version: versionOf(settings),
    readTimeoutMs: settings.raftReadTimeoutMs,
    localAddress,
    // Members with certificates of their own making know nothing of each other's.
    tls: () =>
      client && dialTls(client, { minVersion, maxVersion, ciphers, verify: !peerTls.auto, refusalOf: allowed }),
  });
  const peers = await listenForPeers({
    urls: settings.listenPeerUrls,
    tls: server && { files: server, settings: peerTls, revoked, minVersion, maxVersion, ciphers },
    handle: (request, response) => void network.handle(request, response),
    log,
  });
  for (const url of settings.listenPeerUrls) {
    log({ level: 'info', message: 'serving peer traffic', fields: { address: url } });
  }
  return { network, peers };
}

function dialTls(files: TlsFiles, common: Omit<PeerTls, keyof TlsMaterial>): PeerTls {
  const { cert, key, ca } = files.read();
  return { ...common, cert, key, ca };
}
