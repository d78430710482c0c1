import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsError } from '../../../src/process/index.ts';
import type { TlsSettings } from '../../../src/process/index.ts';
import { placeOf } from '../../../src/process/listen.ts';
import { refusalOf } from '../../../src/process/tls/allowed.ts';
import { cipherList } from '../../../src/process/tls/cipher-suites.ts';
import { tlsFiles } from '../../../src/process/tls/material.ts';
import { addressRefusal } from '../../../src/process/tls/san.ts';

const settings: TlsSettings = {
  certFile: '',
  keyFile: '',
  clientCertFile: '',
  clientKeyFile: '',
  clientCertAuth: false,
  trustedCaFile: '',
  crlFile: '',
  allowedCommonNames: [],
  allowedHostnames: [],
  skipSanVerification: false,
  auto: false,
};
// A certificate has more fields; these are all that is looked at.
const certificate = (cn: string, subjectaltname?: string): PeerCertificate =>
  ({ subject: { CN: cn }, ...(subjectaltname !== undefined && { subjectaltname }) }) as PeerCertificate;

describe('the names that may come in', () => {
  it.each<[Partial<TlsSettings>, PeerCertificate, string | undefined]>([
    [{}, certificate('any'), undefined],
    [{ allowedCommonNames: ['etcd'] }, certificate('etcd'), undefined],
    [
      { allowedCommonNames: ['etcd'] },
      certificate('other'),
      'client certificate authentication failed: its common name is not allowed',
    ],
    [{ allowedHostnames: ['a.example'] }, certificate('x', 'DNS:A.example'), undefined],
    [{ allowedHostnames: ['a.example'] }, certificate('x', 'DNS:*.example'), undefined],
    [{ allowedHostnames: ['10.0.0.1'] }, certificate('x', 'IP Address:10.0.0.1'), undefined],
    [
      { allowedHostnames: ['b.a.example'] },
      certificate('x', 'DNS:*.example'),
      'client certificate authentication failed: it is for no host name that is allowed',
    ],
  ])('%j', (more, shown, refusal) => {
    expect(refusalOf(shown, { ...settings, ...more })).toBe(refusal);
  });
});

describe('the address that a certificate comes from', () => {
  const names = {
    reverse: async (address: string) =>
      address === '10.0.0.7' ? ['node7.example.'] : Promise.reject(new Error('none')),
    lookup: async (name: string) => (name === 'node8.example' ? ['10.0.0.8'] : Promise.reject(new Error('none'))),
  };
  it.each([
    [certificate('x'), '10.0.0.1', undefined],
    [certificate('x', 'IP Address:10.0.0.1'), '::ffff:10.0.0.1', undefined],
    [certificate('x', 'IP Address:10.0.0.1'), '10.0.0.2', 'x509: certificate is valid for 10.0.0.1, not 10.0.0.2'],
    [certificate('x', 'DNS:node7.example'), '10.0.0.7', undefined],
    [certificate('x', 'DNS:*.example, IP Address:10.0.0.1'), '10.0.0.7', undefined],
    [certificate('x', 'DNS:node8.example'), '10.0.0.8', undefined],
    [
      certificate('x', 'DNS:node8.example'),
      '10.0.0.9',
      'tls: "10.0.0.9" does not match any of DNSNames ["node8.example"]',
    ],
  ])('%# from %s', async (shown, address, refusal) => {
    expect(await addressRefusal(shown, address, names)).toBe(refusal);
  });
});

describe('cipher suites', () => {
  it('are named as IANA does', () => {
    expect(cipherList([])).toBeUndefined();
    const list = cipherList(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305'])?.split(
      ':',
    );
    expect(list?.slice(-2)).toEqual(['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305']);
    expect(list).toContain('TLS_AES_128_GCM_SHA256');
    expect(() => cipherList(['TLS_NO_SUCH'])).toThrow(new SettingsError('unexpected TLS cipher suite "TLS_NO_SUCH"'));
  });
});

describe('where a URL says to listen', () => {
  it.each([
    ['http://127.0.0.1:2379', { kind: 'tcp', isSecure: false, host: '127.0.0.1', port: 2379 }],
    ['https://[::1]:1', { kind: 'tcp', isSecure: true, host: '::1', port: 1 }],
    ['http://localhost:0', { kind: 'tcp', host: 'localhost', port: 0 }],
    ['unix:///run/etcd.sock', { kind: 'unix', isSecure: false, path: '/run/etcd.sock' }],
    ['unixs://m1:1', { kind: 'unix', isSecure: true, path: 'm1:1' }],
  ])('%s', (url, place) => {
    expect(placeOf(url)).toMatchObject(place);
  });
});

describe('TLS files', () => {
  let folder = '';
  const file = (name: string): string => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    for (const name of ['cert', 'key', 'ca', 'client-cert', 'client-key']) writeFileSync(file(name), name);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read anew when they change', () => {
    const files = tlsFiles(
      { ...settings, certFile: file('cert'), keyFile: file('key'), trustedCaFile: file('ca') },
      'server',
      '',
    );
    const first = files?.read();
    expect([first?.cert.toString(), first?.key.toString(), first?.ca?.toString()]).toEqual(['cert', 'key', 'ca']);
    expect(files?.read().cert).toBe(first?.cert);
    writeFileSync(file('cert'), 'renewed');
    utimesSync(file('cert'), new Date(), new Date(Date.now() + 5_000));
    expect(files?.read().cert.toString()).toBe('renewed');
  });

  it('may differ for the side that dials', () => {
    const both = {
      ...settings,
      certFile: file('cert'),
      keyFile: file('key'),
      clientCertFile: file('client-cert'),
      clientKeyFile: file('client-key'),
    };
    expect(tlsFiles(both, 'client', 'peer-')?.read().cert.toString()).toBe('client-cert');
    expect(tlsFiles(both, 'server', 'peer-')?.read().cert.toString()).toBe('cert');
    expect(tlsFiles(settings, 'server', '')).toBeUndefined();
  });

  it.each<[Partial<Record<keyof TlsSettings, string>>, RegExp]>([
    [{ certFile: 'cert' }, /KeyFile and CertFile must both be present\[key: , cert: .*\]: give --peer-key-file/],
    [{ keyFile: 'key' }, /give --peer-cert-file/],
    [{ certFile: 'cert', keyFile: 'none' }, /cannot be read: ENOENT/],
    [{ certFile: 'cert', keyFile: 'key', clientCertFile: 'client-cert' }, /ClientKeyFile and ClientCertFile must both/],
  ])('are refused: %j', (named, message) => {
    const paths = Object.fromEntries(Object.entries(named).map(([field, name]) => [field, file(name)]));
    const attempt = (): unknown => tlsFiles({ ...settings, ...paths }, 'server', 'peer-');
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(message);
  });
});
