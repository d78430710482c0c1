import { createCipheriv, createHmac } from 'node:crypto';

/** RFC 8446, section 6. */
export const BAD_CERTIFICATE = 42;

const FATAL = 2;
const ALERT = 21;
const APPLICATION_DATA = 23;
const TAG_BYTES = 16;
const IV_BYTES = 12;

const WITH_TAG = { authTagLength: TAG_BYTES } as const;

/** The suites of TLS 1.3, as OpenSSL and BoringSSL offer them. */
const SUITES = {
  TLS_AES_128_GCM_SHA256: {
    hash: 'sha256',
    keyBytes: 16,
    seal: (key: Buffer, nonce: Buffer) => createCipheriv('aes-128-gcm', key, nonce, WITH_TAG),
  },
  TLS_AES_256_GCM_SHA384: {
    hash: 'sha384',
    keyBytes: 32,
    seal: (key: Buffer, nonce: Buffer) => createCipheriv('aes-256-gcm', key, nonce, WITH_TAG),
  },
  TLS_CHACHA20_POLY1305_SHA256: {
    hash: 'sha256',
    keyBytes: 32,
    seal: (key: Buffer, nonce: Buffer) => createCipheriv('chacha20-poly1305', key, nonce, WITH_TAG),
  },
} as const;

const isSuite = (name: string): name is keyof typeof SUITES => Object.hasOwn(SUITES, name);

/**
 * The record with which a server of TLS 1.3 says as its first words that it goes no further, and why. Neither Node nor
 * Bun can be made to say it of a certificate that is in order but not wanted: they only hang up.
 * @param secret the server's application traffic secret, with which nothing may have been sent
 * @returns undefined for a suite that is not of TLS 1.3
 */
export function firstAlert(secret: Uint8Array, suite: string, description: number): Buffer | undefined {
  if (!isSuite(suite)) return undefined;
  const { hash, keyBytes, seal } = SUITES[suite];
  const content = Buffer.of(FATAL, description, ALERT);
  const head = Buffer.of(APPLICATION_DATA, 3, 3, 0, content.length + TAG_BYTES);
  // The number of the record, by which the nonce differs from this, is 0.
  const sealing = seal(expand(secret, hash, 'key', keyBytes), expand(secret, hash, 'iv', IV_BYTES));
  sealing.setAAD(head, { plaintextLength: content.length });
  const sealed = Buffer.concat([sealing.update(content), sealing.final()]);
  return Buffer.concat([head, sealed, sealing.getAuthTag()]);
}

/** HKDF-Expand-Label of RFC 8446, section 7.1, without a context; what is asked for fits into one round. */
function expand(secret: Uint8Array, hash: string, name: string, bytes: number): Buffer {
  const label = Buffer.from(`tls13 ${name}`);
  const info = Buffer.concat([Buffer.of(0, bytes, label.length), label, Buffer.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}
