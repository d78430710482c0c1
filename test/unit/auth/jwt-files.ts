import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { openTokenProvider, type TokenProvider } from '../../../src/auth/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pairs = new Map<string, Pair>();

/** A pair for the method; made once, for making one of RSA takes a while. */
export function pairFor(method: string, which = ''): Pair {
  const kind = `${method.startsWith('RS') || method.startsWith('PS') ? 'rsa' : method}${which}`;
  const known = pairs.get(kind) ?? generate(method);
  pairs.set(kind, known);
  return known;
}

function generate(method: string): Pair {
  switch (method) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ES512':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** The forms in which a key can lie in a file. */
export const pem = (key: KeyObject, type?: 'pkcs1' | 'pkcs8' | 'sec1' | 'spki'): string => {
  if (key.type === 'public') return key.export({ type: type === 'pkcs1' ? 'pkcs1' : 'spki', format: 'pem' }).toString();
  return key.export({ type: type === 'pkcs1' || type === 'sec1' ? type : 'pkcs8', format: 'pem' }).toString();
};

export type KeyFiles = Readonly<Record<string, string>>;

/** Opens `jwt,…` with options and key files of these contents. */
export function openJwt(
  options: Readonly<Record<string, string>>,
  files: KeyFiles = {},
  clock: VirtualClock = new VirtualClock(),
): TokenProvider {
  const pairsOf = Object.entries({ ...options, ...Object.fromEntries(Object.keys(files).map((name) => [name, name])) });
  const setting = ['jwt', ...pairsOf.map(([name, value]) => `${name}=${value}`)].join(',');
  return openTokenProvider(setting, { clock, readFile: (path) => Buffer.from(files[path] ?? '') });
}
