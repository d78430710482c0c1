import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure } from '../../../src/process/configure.ts';
import { parseCommandLine } from '../../../src/process/flags/command-line.ts';
import { revokedSerials } from '../../../src/process/tls/revocation-list.ts';
import { revocations } from '../../../src/process/tls/revocations.ts';
import { withSelfSigned } from '../../../src/process/tls/self-signed.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'revoked-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** DER: a tag, the length, the content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x81, body.length]), body]);
}

const SEQUENCE = 0x30;

/** A revocation list with these serial numbers, signed by nobody. */
function listOf(serials: readonly string[], times = 1): Buffer {
  const time = der(0x17, Buffer.from('260101000000Z'));
  const entries = serials.map((serial) => der(SEQUENCE, der(0x02, Buffer.from(serial, 'hex')), time));
  const ecdsaWithSha256 = der(SEQUENCE, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const body = der(
    SEQUENCE,
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    der(SEQUENCE),
    ...Array.from({ length: times }, () => time),
    der(SEQUENCE, ...entries),
  );
  return der(SEQUENCE, body, ecdsaWithSha256, der(0x03, Buffer.from([0, 0])));
}

const pem = (list: Buffer): string => `-----BEGIN X509 CRL-----\n${list.toString('base64')}\n-----END X509 CRL-----\n`;

const shown = (serialNumber: string, issuer?: object): PeerCertificate =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a certificate, only these are looked at
  ({ serialNumber, ...(issuer && { issuerCertificate: issuer }) }) as unknown as PeerCertificate;

describe('a revocation list', () => {
  it.each(['DER', 'PEM'])('turns the certificates away that it names: %s', (form) => {
    const path = join(directory, form);
    const list = listOf(['0abc', '7f01']);
    writeFileSync(path, form === 'DER' ? list : pem(list));
    const verdict = revocations(path);
    expect(verdict(shown('0ABC'))).toBe('transport: certificate serial abc revoked');
    expect(verdict(shown('7F01'))).toBe('transport: certificate serial 7f01 revoked');
    expect(verdict(shown('7F02'))).toBeUndefined();
    expect(verdict(shown('01', shown('0ABC')))).toBe('transport: certificate serial abc revoked');
  });

  it('is read again when it has changed, and lets nobody in when it can not be', () => {
    const path = join(directory, 'changing');
    writeFileSync(path, listOf(['01']));
    const verdict = revocations(path);
    expect(verdict(shown('02'))).toBeUndefined();
    writeFileSync(path, listOf(['01', '02', '03']));
    expect(verdict(shown('02'))).toBe('transport: certificate serial 2 revoked');
    rmSync(path);
    expect(verdict(shown('05'))).toMatch(/^the certificate revocation list cannot be read: ENOENT/);
  });

  it('has to be there, and to be one', () => {
    expect(() => revocations(join(directory, 'none'))).toThrow(/none cannot be read: ENOENT/);
    writeFileSync(join(directory, 'text'), 'nonsense');
    expect(() => revocations(join(directory, 'text'))).toThrow(/text cannot be read: /);
    const list = listOf(['01', '02']);
    for (let size = 1; size < list.length; size += 1) {
      expect(() => revokedSerials(list.subarray(0, size))).toThrow(/^x509: malformed/);
    }
  });

  it('may name nobody, and may say when the next one comes', () => {
    expect(revokedSerials(listOf([]))).toEqual(new Set());
    expect(revokedSerials(listOf(['05'], 2))).toEqual(new Set(['5']));
  });

  it('may be absent', () => {
    expect(revocations('')(shown('01'))).toBeUndefined();
  });
});

describe('certificates that a server has made itself', () => {
  const settings = (...flags: string[]) =>
    configure({
      commandLine: parseCommandLine([`--data-dir=${join(directory, 'data')}`, '--name=a', ...flags]),
      env: {},
      readFile: () => '',
    }).settings;
  const https = [
    '--listen-client-urls=https://127.0.0.1:1',
    '--advertise-client-urls=https://127.0.0.1:1',
    '--auto-tls',
  ];

  it('lie below the data directory, for its owner alone, and are found again', async () => {
    const made = (await withSelfSigned(settings(...https), () => undefined)).clientTls;
    expect(made.certFile).toBe(join(directory, 'data/fixtures/client/cert.pem'));
    const pem = readFileSync(made.certFile, 'utf8');
    const certificate = new X509Certificate(pem);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(made.keyFile)))).toBe(true);
    expect(statSync(made.keyFile).mode & 0o777).toBe(0o600);
    const again = (await withSelfSigned(settings(...https), () => undefined)).clientTls;
    expect(readFileSync(again.certFile, 'utf8')).toBe(pem);
  });

  it('give way to those that were given', async () => {
    const notes: string[] = [];
    const { clientTls } = await withSelfSigned(
      settings(...https, '--cert-file=c', '--key-file=k'),
      ({ message }) => void notes.push(message),
    );
    expect(clientTls).toMatchObject({ certFile: 'c', keyFile: 'k', auto: false });
    expect(notes).toEqual(['ignoring client auto TLS since certs given']);
  });

  it('need a time to be valid', async () => {
    const told = settings(...https, '--self-signed-cert-validity=0');
    await expect(withSelfSigned(told, () => undefined)).rejects.toThrow(/greater than 0/);
  });
});
