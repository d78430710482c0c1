import { readFileSync } from 'node:fs';
import { type Clock, messageOf, parseDuration } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { readJwtKeys } from './jwt-keys.ts';
import { JwtTokens } from './jwt-tokens.ts';
import { SimpleTokens, type WaitForIndex } from './simple-tokens.ts';
import { AuthOptionsError, type TokenProvider } from './token-provider.ts';

const DEFAULT_TTL_MS = 300_000;

export interface TokenProviderOptions {
  readonly clock: Clock;
  /** How long a simple token lives after its last use; 300 by default. */
  readonly simpleTtlSeconds?: number | undefined;
  /** For simple tokens: resolves when the log is applied up to an index, rejects when the signal aborts. */
  readonly waitForIndex?: WaitForIndex | undefined;
  readonly readFile?: ((path: string) => Uint8Array) | undefined;
}

/**
 * Makes what the setting `--auth-token` names: `simple`, `jwt,pub-key=…,priv-key=…,sign-method=…,ttl=…`, or '' for none.
 * @throws AuthOptionsError
 */
export function openTokenProvider(setting: string, options: TokenProviderOptions): TokenProvider {
  const [type = '', ...pairs] = setting.split(',');
  const settings = readPairs(pairs);
  switch (type) {
    case 'simple': {
      const seconds = options.simpleTtlSeconds ?? 0;
      return new SimpleTokens(options.clock, seconds > 0 ? seconds * 1000 : DEFAULT_TTL_MS, options.waitForIndex);
    }
    case 'jwt':
      return openJwt(settings, options);
    case '':
      return NO_TOKENS;
    default:
      throw invalid('the type is "simple" or "jwt"');
  }
}

function openJwt(settings: ReadonlyMap<string, string>, options: TokenProviderOptions): TokenProvider {
  const publicFile = readKeyFile('pub-key', settings, options);
  const privateFile = readKeyFile('priv-key', settings, options);
  const keys = readJwtKeys(settings.get('sign-method') ?? '', publicFile, privateFile);
  return new JwtTokens(options.clock, keys, ttlMs(settings.get('ttl') ?? ''));
}

function readPairs(pairs: readonly string[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const pair of pairs) {
    const [key = '', value, ...rest] = pair.split('=');
    if (value === undefined || rest.length > 0) throw invalid('options are given as name=value');
    if (settings.has(key)) throw invalid(`${key} is given twice`);
    settings.set(key, value);
  }
  return settings;
}

function readKeyFile(
  option: 'pub-key' | 'priv-key',
  settings: ReadonlyMap<string, string>,
  { readFile = readFileSync }: TokenProviderOptions,
): Uint8Array | undefined {
  const path = settings.get(option) ?? '';
  if (path === '') return undefined;
  try {
    return readFile(path);
  } catch (error) {
    throw invalid(`${option}: ${messageOf(error)}`);
  }
}

function ttlMs(text: string): number {
  if (text === '') return DEFAULT_TTL_MS;
  try {
    return Number(parseDuration(text)) / 1_000_000;
  } catch (error) {
    throw invalid(`ttl: ${messageOf(error)}`);
  }
}

const invalid = (cause: string): AuthOptionsError =>
  new AuthOptionsError(`auth: invalid auth options: ${cause} (--auth-token)`);

const NO_TOKENS: TokenProvider = {
  enable() {},
  disable() {},
  invalidateUser() {},
  newPrefix: () => '',
  assign: () => () => Promise.reject(refuse.authFailed()),
  identify: () => Promise.resolve(undefined),
  recall: () => undefined,
};
