import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), both PEM text. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to say of who holds it. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses that it may answer under. */
  readonly hosts?: readonly string[];
  /** What it may be shown as. */
  readonly usages: readonly ('client' | 'server')[];
}

/** From when to when certificates hold. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Authority extends CertificatePair {
  issue(subject: Subject, validity: Validity): Promise<CertificatePair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Makes an authority that signs itself. */
export async function issueAuthority(commonName: string, validity: Validity): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: newSerial(),
    name: nameOf(commonName, []),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: commonName }]),
    ],
  });
  return {
    cert: certificatePem(certificate),
    key: await keyPem(keys),
    issue: (subject, leafValidity) => issue({ certificate, key: keys.privateKey }, subject, leafValidity),
  };
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

async function issue(issuer: Issuer, subject: Subject, validity: Validity): Promise<CertificatePair> {
  const keys = await newKeys();
  const usages = subject.usages.map((usage) => x509.ExtendedKeyUsage[`${usage}Auth`]);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: newSerial(),
    subject: nameOf(subject.commonName, subject.organizations ?? []),
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
      ...alternativeNames(subject.hosts ?? []),
    ],
  });
  return { cert: certificatePem(certificate), key: await keyPem(keys) };
}

function alternativeNames(hosts: readonly string[]): x509.Extension[] {
  if (hosts.length === 0) return [];
  const names = hosts.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value }));
  return [new x509.SubjectAlternativeNameExtension(names)];
}

function nameOf(commonName: string, organizations: readonly string[]): string {
  return new x509.Name([...organizations.map((name) => ({ O: [name] })), { CN: [commonName] }]).toString();
}

/** RFC 5280 wants a positive number of at most 20 octets: the top bit stays clear, and the first octet is not 0. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const certificatePem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;

async function keyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}
