import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { issueAuthority, writePair, type CertificatePair } from '../../support/pki.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

describe('authority', () => {
  it('is a certificate authority that signed itself', async () => {
    const authority = new X509Certificate((await issueAuthority('test-ca')).cert);
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe('CN=test-ca');
    expect(authority.verify(authority.publicKey)).toBe(true);
  });

  it.each([
    { asked: {}, usages: [CLIENT_AUTH, SERVER_AUTH] },
    { asked: { client: true }, usages: [CLIENT_AUTH] },
    { asked: { server: true }, usages: [SERVER_AUTH] },
    { asked: { client: true, server: true }, usages: [CLIENT_AUTH, SERVER_AUTH] },
  ])('issues $asked as the usages $usages', async ({ asked, usages }) => {
    const authority = await issueAuthority('test-ca');
    const issued = new X509Certificate((await authority.issue({ commonName: 'leaf', ...asked })).cert);
    expect(issued.keyUsage).toEqual(usages);
    expect(issued.ca).toBe(false);
    expect(issued.checkIssued(new X509Certificate(authority.cert))).toBe(true);
    expect(issued.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  });

  it('names hosts and addresses, IPv6 too', async () => {
    const authority = await issueAuthority('test-ca');
    const pair = await authority.issue({ commonName: 'leaf', hosts: ['localhost', '127.0.0.1', '::1'] });
    const issued = new X509Certificate(pair.cert);
    expect(issued.checkHost('localhost')).toBe('localhost');
    expect(issued.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(issued.checkIP('::1')).toBe('::1');
    expect(issued.checkHost('elsewhere')).toBeUndefined();
  });

  it('can issue a certificate that has expired', async () => {
    const authority = await issueAuthority('test-ca');
    const [fresh, stale] = await Promise.all([
      authority.issue({ commonName: 'leaf' }),
      authority.issue({ commonName: 'leaf', expired: true }),
    ]);
    expect(Date.parse(new X509Certificate(fresh.cert).validTo)).toBeGreaterThan(Date.now());
    expect(Date.parse(new X509Certificate(stale.cert).validTo)).toBeLessThan(Date.now());
  });
});

describe('handshake', () => {
  it('succeeds in both directions within one authority', async () => {
    const authority = await issueAuthority('test-ca');
    const server = await authority.issue({ commonName: 'server', hosts: ['127.0.0.1'], server: true });
    const client = await authority.issue({ commonName: 'client', client: true });
    await expect(handshake(server, client, authority.cert)).resolves.toBe('client');
  });

  it('fails when the client trusts another authority', async () => {
    const [authority, stranger] = await Promise.all([issueAuthority('test-ca'), issueAuthority('stranger')]);
    const server = await authority.issue({ commonName: 'server', hosts: ['127.0.0.1'], server: true });
    const client = await authority.issue({ commonName: 'client', client: true });
    await expect(handshake(server, client, stranger.cert)).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/),
    });
  });
});

describe('writePair', () => {
  it('writes both files for their owner alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pki-'));
    try {
      const pair = await (await issueAuthority('test-ca')).issue({ commonName: 'leaf' });
      const paths = await writePair(join(directory, 'deep'), 'leaf', pair);
      expect(await readFile(paths.cert, 'utf8')).toBe(pair.cert);
      expect(await readFile(paths.key, 'utf8')).toBe(pair.key);
      for (const path of [paths.cert, paths.key]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** Returns the common name that the server saw of the client. */
async function handshake(server: CertificatePair, client: CertificatePair, trusted: string): Promise<string> {
  const listener = createServer({ ...server, ca: trusted, requestCert: true, rejectUnauthorized: false });
  listener.on('tlsClientError', () => undefined);
  const accepted = new Promise<TLSSocket>((resolve) => listener.once('secureConnection', resolve));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  const socket = connect({ ...client, ca: trusted, host: '127.0.0.1', port: address.port });
  try {
    await once(socket, 'secureConnect');
    const peer = await accepted;
    expect(peer.authorized).toBe(true);
    return String(peer.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
    listener.close();
  }
}
