/**
 * A throw-away public key infrastructure: authorities and the certificates they
 * sign, made in memory, so that no key is ever kept in the repository and no
 * certificate of the tests can expire by itself.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

x509.cryptoProvider.set(webcrypto);

/** A certificate and its private key (PKCS #8), both PEM text. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** May be empty: a certificate without a subject. */
  readonly commonName: string;
  /** DNS names and IP addresses for the subject alternative name; none by default. */
  readonly hosts?: readonly string[];
  /** The validity ended yesterday. */
  readonly expired?: boolean;
  /** Extended key usage; both are on unless one is named, then only the named ones. */
  readonly client?: boolean;
  readonly server?: boolean;
}

export interface Authority extends CertificatePair {
  issue(request: CertificateRequest): Promise<CertificatePair>;
}

/** Makes a self-signed certificate authority with the given common name. */
export async function issueAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(false),
    serialNumber: newSerial(),
    name: subject(name),
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    cert: pem(certificate),
    key: await privatePem(keys),
    issue: (request) => issue(certificate, keys.privateKey, request),
  };
}

/** Writes NAME.crt and NAME.key (mode 0600) under `directory` and returns their paths. */
export async function writePair(directory: string, name: string, pair: CertificatePair): Promise<CertificatePair> {
  const paths = { cert: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writePrivate(paths.cert, pair.cert);
  await writePrivate(paths.key, pair.key);
  return paths;
}

async function issue(
  issuer: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  request: CertificateRequest,
): Promise<CertificatePair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(request.expired ?? false),
    serialNumber: newSerial(),
    subject: subject(request.commonName),
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages(request)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...alternativeNames(request.hosts ?? []),
    ],
  });
  return { cert: pem(certificate), key: await privatePem(keys) };
}

function usages({ client, server }: CertificateRequest): x509.ExtendedKeyUsageType[] {
  const neither = client === undefined && server === undefined;
  const chosen: x509.ExtendedKeyUsage[] = [];
  if (client ?? neither) chosen.push(x509.ExtendedKeyUsage.clientAuth);
  if (server ?? neither) chosen.push(x509.ExtendedKeyUsage.serverAuth);
  return chosen;
}

function alternativeNames(hosts: readonly string[]): x509.Extension[] {
  if (hosts.length === 0) return [];
  const names = hosts.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value }));
  return [new x509.SubjectAlternativeNameExtension(names)];
}

function validity(expired: boolean): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 7 * DAY_MS), notAfter: new Date(expired ? now - DAY_MS : now + 30 * DAY_MS) };
}

function subject(commonName: string): string {
  return new x509.Name(commonName === '' ? [] : [{ CN: [commonName] }]).toString();
}

/** RFC 5280 wants a positive serial of at most 20 octets, so the top bit stays clear. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}

/** An existing file keeps its mode through writeFile, hence the chmod. */
async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}
