import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsOptions } from '../grpc/index.ts';
import type { TlsFiles } from './config.ts';
import { ClientError, type Explanation } from './errors.ts';

/** TLS material ready for a channel. Server names are the endpoints' unless `serverName` is set. */
export interface TlsMaterial {
  readonly options: TlsOptions;
  readonly warnings: readonly string[];
}

/**
 * Reads and checks what the flags name, before anything is dialled.
 * @throws ClientError of kind `config`, worded as Go words it.
 */
export function readTls(files: TlsFiles): TlsMaterial {
  const { certFile, keyFile, caFile } = files;
  if ((certFile === '') !== (keyFile === '')) {
    const missing = certFile === '' ? '--cert (ETCDCTL_CERT)' : '--key (ETCDCTL_KEY)';
    throw unusable(`KeyFile and CertFile must both be present[key: ${keyFile}, cert: ${certFile}]`, {
      cause: 'a client certificate and its private key go together',
      hint: `give ${missing} as well`,
    });
  }
  const pair = certFile === '' ? {} : readPair(certFile, keyFile);
  const authorities = caFile === '' ? { warnings: [] } : readAuthorities(caFile);
  return {
    options: {
      ...pair,
      ...('ca' in authorities && { ca: authorities.ca }),
      ...(files.serverName !== '' && { serverName: files.serverName }),
      ...(files.skipVerify && { skipVerify: true }),
    },
    warnings: authorities.warnings,
  };
}

function readPair(certFile: string, keyFile: string): { cert: Uint8Array; key: Uint8Array } {
  const cert = read(certFile, '--cert');
  const key = read(keyFile, '--key');
  const certificate = leaf(cert, certFile);
  const privateKey = parseKey(key, keyFile);
  if (!certificate.checkPrivateKey(privateKey)) {
    const isOtherType = certificate.publicKey.asymmetricKeyType !== privateKey.asymmetricKeyType;
    const text = isOtherType
      ? 'tls: private key type does not match public key type'
      : 'tls: private key does not match public key';
    throw unusable(text, {
      cause: `${keyFile} is not the key of the certificate in ${certFile}`,
      hint: 'check --cert and --key',
    });
  }
  return { cert, key };
}

function leaf(pem: Uint8Array, file: string): X509Certificate {
  const kinds = pemKinds(pem);
  if (kinds.length === 0) {
    throw unusable('tls: failed to find any PEM data in certificate input', {
      cause: `${file} holds no PEM text (-----BEGIN CERTIFICATE-----)`,
      hint: 'check --cert; a DER file is converted by openssl x509 -inform der',
    });
  }
  if (!kinds.includes('CERTIFICATE')) {
    const isSwapped = kinds.length === 1 && kinds[0]?.endsWith('PRIVATE KEY') === true;
    const text = isSwapped
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${kinds.join(' ')}]`;
    throw unusable(text, { cause: `${file} holds no certificate`, hint: 'check --cert' });
  }
  return parseCertificate(pem, file, '--cert');
}

function parseKey(pem: Uint8Array, file: string): ReturnType<typeof createPrivateKey> {
  const kinds = pemKinds(pem);
  const about = { cause: `${file} holds no private key`, hint: 'check --key' };
  if (kinds.length === 0) throw unusable('tls: failed to find any PEM data in key input', about);
  if (!kinds.some((kind) => kind.endsWith('PRIVATE KEY'))) {
    const text =
      kinds.length === 1 && kinds[0] === 'CERTIFICATE'
        ? 'tls: found a certificate rather than a key in the PEM for the private key'
        : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${kinds.join(' ')}]`;
    throw unusable(text, about);
  }
  if (isEncrypted(pem)) {
    throw unusable('tls: failed to parse private key', {
      cause: `the private key in ${file} is encrypted with a passphrase`,
      hint: 'give --key a decrypted copy (openssl pkey -in KEY -out PLAIN.key, mode 0600)',
    });
  }
  try {
    return createPrivateKey(Buffer.from(pem));
  } catch (error) {
    throw unusable('tls: failed to parse private key', { cause: `${file} is damaged`, hint: 'check --key' }, error);
  }
}

/** A file without any certificate trusts nobody; etcd accepts it silently and every connection then fails. */
function readAuthorities(file: string): { ca: Uint8Array; warnings: string[] } {
  const ca = read(file, '--cacert');
  const blocks =
    Buffer.from(ca)
      .toString('latin1')
      .match(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g) ?? [];
  for (const block of blocks) parseCertificate(Buffer.from(block, 'latin1'), file, '--cacert');
  const warnings = blocks.length > 0 ? [] : [`${file} (--cacert) holds no certificate: no server will be trusted`];
  return { ca, warnings };
}

function parseCertificate(pem: Uint8Array, file: string, flag: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const isOtherKind = !pemKinds(pem).includes('CERTIFICATE');
    const text = isOtherKind ? 'x509: malformed tbs certificate' : 'x509: malformed certificate';
    const cause = isOtherKind
      ? `${file} holds something else than certificates`
      : `a certificate in ${file} is damaged`;
    throw unusable(text, { cause, hint: `check ${flag}` }, error);
  }
}

const pemKinds = (pem: Uint8Array): string[] =>
  [
    ...Buffer.from(pem)
      .toString('latin1')
      .matchAll(/-----BEGIN ([^-]+)-----/g),
  ].map((match) => match[1] ?? '');

function isEncrypted(pem: Uint8Array): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(Buffer.from(pem).toString('latin1'));
}

/** What Go's os package says about the errors that a file name can meet. */
const systemWords: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
};

function read(file: string, flag: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const verb = code === 'EISDIR' ? 'read' : 'open';
    const words = systemWords[code] ?? String(error);
    throw unusable(
      `${verb} ${file}: ${words}`,
      { cause: `the file of ${flag} cannot be read`, hint: `check ${flag}` },
      error,
    );
  }
}

const unusable = (message: string, explanation: Explanation, cause?: unknown): ClientError =>
  new ClientError('config', message, { explanations: [explanation], cause });
