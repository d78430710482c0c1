import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type { Identity } from './identity.ts';
import type { JwtKeys } from './jwt-keys.ts';
import type { TokenProvider } from './token-provider.ts';

/** How many tokens that were verified are kept, so that not each of a client's requests has a signature checked. */
const REMEMBERED = 1024;

interface Verified {
  readonly identity: Identity;
  readonly expiresAtMs: number;
}

/** Signed tokens: no member remembers any, and one that was given stays valid until it expires. */
export class JwtTokens implements TokenProvider {
  readonly #clock: Clock;
  readonly #keys: JwtKeys;
  readonly #ttlMs: number;
  readonly #verified = new Map<string, Verified>();

  constructor(clock: Clock, keys: JwtKeys, ttlMs: number) {
    this.#clock = clock;
    this.#keys = keys;
    this.#ttlMs = ttlMs;
  }

  enable(): void {}
  disable(): void {}
  invalidateUser(): void {}

  newPrefix(): string {
    return '';
  }

  /** What it returns rejects with `verifyOnlyKey` where there is no private key. */
  assign(username: string, revision: bigint): () => Promise<string> {
    const expiresAtMs = this.#clock.wallMs() + this.#ttlMs;
    const { method, sign } = this.#keys;
    return async () => {
      if (sign === undefined) throw refuse.verifyOnlyKey();
      return await new SignJWT({ username, revision: Number(revision), exp: Math.floor(expiresAtMs / 1000) })
        .setProtectedHeader({ alg: method, typ: 'JWT' })
        .sign(sign);
    };
  }

  async identify(token: string, revision: bigint): Promise<Identity | undefined> {
    const known = this.recall(token, revision);
    if (known !== undefined) return known;
    const verified = await this.#verify(token);
    if (verified === undefined) return undefined;
    const [oldest] = this.#verified.size < REMEMBERED ? [] : this.#verified.keys();
    if (oldest !== undefined) this.#verified.delete(oldest);
    this.#verified.set(token, verified);
    return verified.identity;
  }

  /** The revision is the one at which the token was made: after any change of policy the client needs a new token. */
  recall(token: string, _revision: bigint): Identity | undefined {
    const verified = this.#verified.get(token);
    if (verified === undefined) return undefined;
    if (this.#clock.wallMs() < verified.expiresAtMs) return verified.identity;
    this.#verified.delete(token);
    return undefined;
  }

  async #verify(token: string): Promise<Verified | undefined> {
    const { method, verify } = this.#keys;
    try {
      const { payload } = await jwtVerify(token, verify, {
        algorithms: [method],
        currentDate: new Date(this.#clock.wallMs()),
      });
      const { username, revision, exp } = payload;
      if (typeof username !== 'string' || typeof revision !== 'number' || !(revision >= 0)) return undefined;
      const expiresAtMs = exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000;
      return { identity: { name: username, revision: BigInt(Math.trunc(revision)) }, expiresAtMs };
    } catch {
      return undefined;
    }
  }
}
