import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsFiles } from '../../../src/client/index.ts';
import { ClientError } from '../../../src/client/index.ts';
import { readTls } from '../../../src/client/tls.ts';
import { issueAuthority } from '../../support/pki.ts';

let directory: string;
const none: TlsFiles = { certFile: '', keyFile: '', caFile: '', serverName: '', skipVerify: false };
const path = (name: string): string => (name === '' ? '' : join(directory, name));
const read = (cert: string, key: string, ca = ''): ReturnType<typeof readTls> =>
  readTls({ ...none, certFile: path(cert), keyFile: path(key), caFile: path(ca) });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tls-'));
  const authority = await issueAuthority('ca');
  const client = await authority.issue({ commonName: 'client' });
  const other = await authority.issue({ commonName: 'other' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  const files = {
    'ca.crt': authority.cert,
    'client.crt': client.cert,
    'client.key': client.key,
    'both.pem': `${client.key}${client.cert}`,
    'other.key': other.key,
    'rsa.key': String(rsa.export({ type: 'pkcs1', format: 'pem' })),
    'encrypted.key': String(rsa.export(encrypted)),
    'encrypted-old.key':
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n',
    'damaged.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'damaged.key': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    'request.csr': '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
    empty: '',
    text: 'no PEM at all',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path(name), content);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('good material', () => {
  it('is read', () => {
    const { options, warnings } = read('client.crt', 'client.key', 'ca.crt');
    expect(Object.keys(options).sort()).toEqual(['ca', 'cert', 'key']);
    expect(String(options.ca)).toContain('BEGIN CERTIFICATE');
    expect(warnings).toEqual([]);
  });

  it('may be one file for both', () => {
    expect(Object.keys(read('both.pem', 'both.pem').options)).toEqual(['cert', 'key']);
  });

  it('may be nothing, a server name or no verification', () => {
    expect(readTls(none).options).toEqual({});
    expect(readTls({ ...none, serverName: 'etcd.example.com', skipVerify: true }).options).toEqual({
      serverName: 'etcd.example.com',
      skipVerify: true,
    });
  });
});

describe('authorities without any certificate', () => {
  it.each(['empty', 'text'])('are accepted with a warning (%s)', (name) => {
    const { options, warnings } = read('', '', name);
    expect(options.ca).toBeDefined();
    expect(warnings).toEqual([`${path(name)} (--cacert) holds no certificate: no server will be trusted`]);
  });
});

describe("bad material is refused in Go's words", () => {
  it.each([
    ['client.crt', '', '', 'KeyFile and CertFile must both be present[key: , cert: DIR/client.crt]'],
    ['', 'client.key', '', 'KeyFile and CertFile must both be present[key: DIR/client.key, cert: ]'],
    ['nope.crt', 'client.key', '', 'open DIR/nope.crt: no such file or directory'],
    ['nope.crt', 'nope.key', '', 'open DIR/nope.crt: no such file or directory'],
    ['client.crt', 'nope.key', '', 'open DIR/nope.key: no such file or directory'],
    ['', '', 'nope.crt', 'open DIR/nope.crt: no such file or directory'],
    ['', '', '.', 'read DIR: is a directory'],
    ['', '', 'ca.crt/x', 'open DIR/ca.crt/x: not a directory'],
    ['client.crt', 'other.key', '', 'tls: private key does not match public key'],
    ['client.crt', 'rsa.key', '', 'tls: private key type does not match public key type'],
    ['empty', 'client.key', '', 'tls: failed to find any PEM data in certificate input'],
    ['text', 'client.key', '', 'tls: failed to find any PEM data in certificate input'],
    [
      'client.key',
      'client.key',
      '',
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'request.csr',
      'client.key',
      '',
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]',
    ],
    ['client.crt', 'empty', '', 'tls: failed to find any PEM data in key input'],
    ['client.crt', 'client.crt', '', 'tls: found a certificate rather than a key in the PEM for the private key'],
    [
      'client.crt',
      'request.csr',
      '',
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]',
    ],
    ['client.crt', 'encrypted.key', '', 'tls: failed to parse private key'],
    ['client.crt', 'encrypted-old.key', '', 'tls: failed to parse private key'],
    ['client.crt', 'damaged.key', '', 'tls: failed to parse private key'],
    ['damaged.crt', 'client.key', '', 'x509: malformed certificate'],
    ['', '', 'damaged.crt', 'x509: malformed certificate'],
    ['', '', 'client.key', 'x509: malformed tbs certificate'],
  ])('cert %s, key %s, cacert %s', (cert, key, ca, message) => {
    const error = thrown(() => read(cert, key, ca));
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ kind: 'config', message: message.replaceAll('DIR', directory) });
    expect(error.lines().join()).toMatch(/--(cert|key|cacert)/);
  });

  it('says how to decrypt a key', () => {
    expect(thrown(() => read('client.crt', 'encrypted.key')).lines()).toEqual([
      `the private key in ${path('encrypted.key')} is encrypted with a passphrase`,
      'hint: give --key a decrypted copy (openssl pkey -in KEY -out PLAIN.key, mode 0600)',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('names a file that may not be read (does not bind root)', async () => {
    await chmod(path('other.key'), 0);
    expect(thrown(() => read('client.crt', 'other.key')).message).toBe(`open ${path('other.key')}: permission denied`);
  });
});

function thrown(run: () => unknown): ClientError {
  try {
    run();
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
