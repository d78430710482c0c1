import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/index.ts';
import { type EtcdPki, issueEtcdPki, pkiPaths, readPki, writePki } from '../../../src/pki/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const parts = ['ca', 'server', 'peer', 'apiserverEtcdClient', 'healthcheckClient'] as const;
let pki: EtcdPki;

beforeAll(async () => {
  pki = await issueEtcdPki({ hosts: ['etcd.example', '10.0.0.1'], nodeName: 'node-1', nowMs: Date.now() });
});

const certificate = (part: keyof EtcdPki): X509Certificate => new X509Certificate(pki[part].cert);

describe('the certificates of a cluster', () => {
  it.each([
    ['ca', 'etcd-ca'],
    ['server', 'node-1'],
    ['peer', 'node-1'],
    ['apiserverEtcdClient', 'kube-apiserver-etcd-client'],
    ['healthcheckClient', 'kube-etcd-healthcheck-client'],
  ] as const)('%s is named %s', (part, commonName) => {
    expect(certificate(part).subject).toBe(`CN=${commonName}`);
  });

  it.each(parts)('%s is signed by the authority, and its key belongs to it', (part) => {
    expect(certificate(part).verify(certificate('ca').publicKey)).toBe(true);
    expect(certificate(part).checkIssued(certificate('ca'))).toBe(true);
    expect(certificate(part).checkPrivateKey(createPrivateKey(pki[part].key))).toBe(true);
  });

  it('only the authority may sign', () => {
    expect(parts.map((part) => certificate(part).ca)).toEqual([true, false, false, false, false]);
  });

  it.each(['server', 'peer'] as const)('%s answers under every name of the member', (part) => {
    const names = certificate(part).subjectAltName?.split(', ');
    expect(names).toEqual([
      'DNS:node-1',
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:etcd.example',
      'IP Address:10.0.0.1',
    ]);
  });

  it('say what they may be shown as', () => {
    const server = '1.3.6.1.5.5.7.3.1';
    const client = '1.3.6.1.5.5.7.3.2';
    expect(parts.map((part) => certificate(part).keyUsage)).toEqual([
      undefined,
      [server, client],
      [server, client],
      [client],
      [client],
    ]);
  });

  it('hold from yesterday on: the authority for ten years, the others for one', () => {
    const days = (part: keyof EtcdPki): number[] =>
      [certificate(part).validFrom, certificate(part).validTo].map((date) =>
        Math.round((Date.parse(date) - Date.now()) / DAY_MS),
      );
    expect(parts.map(days)).toEqual([
      [-1, 3650],
      [-1, 365],
      [-1, 365],
      [-1, 365],
      [-1, 365],
    ]);
  });

  it('have numbers of their own', () => {
    expect(new Set(parts.map((part) => certificate(part).serialNumber)).size).toBe(parts.length);
  });
});

describe('on a connection', () => {
  /** Connects with and without a client certificate; resolves with what the server made of the client. */
  async function handshake(client: Partial<{ cert: string; key: string }>, ca: string): Promise<string> {
    const server = createServer({ ...pki.server, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      return await new Promise<string>((resolve) => {
        server.on('secureConnection', (socket) => resolve(String(socket.getPeerCertificate().subject.CN)));
        server.on('tlsClientError', () => resolve('refused'));
        connect({ host: '127.0.0.1', port, ca, ...client })
          .on('error', () => resolve('refused'))
          .unref();
      });
    } finally {
      server.close();
    }
  }

  it('a client of the authority is let in under its name', async () => {
    await expect(handshake(pki.apiserverEtcdClient, pki.ca.cert)).resolves.toBe('kube-apiserver-etcd-client');
  });

  it('one without a certificate, or of another authority, is not', async () => {
    const other = await issueEtcdPki({ nowMs: Date.now() });
    await expect(handshake({}, pki.ca.cert)).resolves.toBe('refused');
    await expect(handshake(other.apiserverEtcdClient, pki.ca.cert)).resolves.toBe('refused');
    await expect(handshake(pki.apiserverEtcdClient, other.ca.cert)).resolves.toBe('refused');
  });
});

describe('as files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pki-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  it('lie where kubeadm has them, for nobody else to read', () => {
    const root = join(directory, 'pki');
    const paths = writePki(nodeFiles, root, pki);
    expect(paths).toEqual(pkiPaths(root));
    expect(
      Object.values(paths)
        .flatMap(({ cert, key }) => [cert, key])
        .map((path) => path.slice(root.length + 1)),
    ).toEqual([
      'etcd/ca.crt',
      'etcd/ca.key',
      'etcd/server.crt',
      'etcd/server.key',
      'etcd/peer.crt',
      'etcd/peer.key',
      'apiserver-etcd-client.crt',
      'apiserver-etcd-client.key',
      'etcd/healthcheck-client.crt',
      'etcd/healthcheck-client.key',
    ]);
    expect(new Set(Object.values(paths).flatMap(({ cert, key }) => [modeOf(cert), modeOf(key)]))).toEqual(
      new Set([0o600]),
    );
    expect([modeOf(root), modeOf(join(root, 'etcd'))]).toEqual([0o700, 0o700]);
  });

  it('are read back as they were written', () => {
    const root = join(directory, 'again');
    writePki(nodeFiles, root, pki);
    expect(readPki(nodeFiles, root, Date.now())).toEqual(pki);
  });

  it('replace others, and their modes', () => {
    const root = join(directory, 'replaced');
    const { ca } = writePki(nodeFiles, root, pki);
    writeFileSync(ca.key, 'something long that was here before '.repeat(100));
    chmodSync(ca.key, 0o644);
    writePki(nodeFiles, root, pki);
    expect(modeOf(ca.key)).toBe(0o600);
    expect(readPki(nodeFiles, root, Date.now())).toEqual(pki);
  });

  it.each([
    ['one is missing', (root: string) => rmSync(join(root, 'etcd/peer.key')), 0],
    ['one is no certificate', (root: string) => writeFileSync(join(root, 'etcd/peer.crt'), 'no'), 0],
    ['they do not hold any more', () => undefined, 400],
  ] as const)('are of no use where %s', (name, damage, days) => {
    const root = join(directory, name);
    writePki(nodeFiles, root, pki);
    damage(root);
    expect(readPki(nodeFiles, root, Date.now() + days * DAY_MS)).toBeUndefined();
  });

  it('say so where they can not be written', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => writePki(nodeFiles, join(directory, 'file'), pki)).toThrow(/mkdir|not a directory/);
  });
});
