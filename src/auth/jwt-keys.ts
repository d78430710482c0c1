import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { AuthOptionsError } from './token-provider.ts';

/** The methods by which tokens can be signed, with the kind of key that each takes. */
const METHODS: ReadonlyMap<string, { readonly type: 'hmac' | 'rsa' | 'ec' | 'ed25519'; readonly curve?: string }> =
  new Map([
    ['HS256', { type: 'hmac' }],
    ['HS384', { type: 'hmac' }],
    ['HS512', { type: 'hmac' }],
    ['RS256', { type: 'rsa' }],
    ['RS384', { type: 'rsa' }],
    ['RS512', { type: 'rsa' }],
    ['PS256', { type: 'rsa' }],
    ['PS384', { type: 'rsa' }],
    ['PS512', { type: 'rsa' }],
    ['ES256', { type: 'ec', curve: 'prime256v1' }],
    ['ES384', { type: 'ec', curve: 'secp384r1' }],
    ['ES512', { type: 'ec', curve: 'secp521r1' }],
    ['EdDSA', { type: 'ed25519' }],
  ]);

/** The least size of an RSA key that is safe to sign with (RFC 7518). */
const MIN_RSA_BITS = 2048;

export interface JwtKeys {
  readonly method: string;
  readonly verify: KeyObject | Uint8Array;
  /** Not there where tokens can only be verified. */
  readonly sign: KeyObject | Uint8Array | undefined;
}

/**
 * @param privateFile what the file `priv-key` holds: PEM, or for HS… the secret itself
 * @throws AuthOptionsError which tells nothing of what the files hold
 */
export function readJwtKeys(
  method: string,
  publicFile: Uint8Array | undefined,
  privateFile: Uint8Array | undefined,
): JwtKeys {
  const kind = METHODS.get(method);
  if (kind === undefined) {
    throw new AuthOptionsError(
      `auth: invalid auth signature method (sign-method is one of ${[...METHODS.keys()].join(', ')})`,
    );
  }
  if (kind.type === 'hmac') {
    if (privateFile === undefined || privateFile.length === 0) throw missingKey('priv-key');
    return { method, verify: privateFile, sign: privateFile };
  }
  const sign = privateFile === undefined ? undefined : readPem(privateFile, 'priv-key');
  const given = publicFile === undefined ? undefined : readPem(publicFile, 'pub-key');
  const verify = given ?? (sign === undefined ? undefined : createPublicKey(sign));
  if (verify === undefined) throw missingKey('pub-key or priv-key');
  checkKind(method, kind, verify);
  if (sign !== undefined && !createPublicKey(sign).equals(verify)) {
    throw new AuthOptionsError("auth: public and private keys don't match (pub-key and priv-key)");
  }
  return { method, verify, sign };
}

function readPem(file: Uint8Array, option: 'pub-key' | 'priv-key'): KeyObject {
  const pem = Buffer.from(file);
  try {
    if (option === 'priv-key') return createPrivateKey(pem);
    // From a private key a public one could be made, but such a file was not meant to be given here.
    if (pem.includes('PRIVATE KEY-----')) throw new Error('private');
    return createPublicKey(pem);
  } catch {
    const wanted = option === 'pub-key' ? 'public key or certificate' : 'private key without passphrase';
    throw new AuthOptionsError(`auth: the file named by ${option} holds no ${wanted} in PEM form`);
  }
}

function checkKind(method: string, kind: { readonly type: string; readonly curve?: string }, key: KeyObject): void {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType !== kind.type || details?.namedCurve !== kind.curve) {
    throw new AuthOptionsError(`auth: the key is of another kind than sign-method ${method} needs`);
  }
  if (kind.type === 'rsa' && (details?.modulusLength ?? 0) < MIN_RSA_BITS) {
    throw new AuthOptionsError(`auth: an RSA key for sign-method ${method} needs at least ${MIN_RSA_BITS} bits`);
  }
}

const missingKey = (option: string): AuthOptionsError => new AuthOptionsError(`auth: missing key data (${option})`);
