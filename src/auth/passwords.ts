import { compare, genSalt, genSaltSync, hash, hashSync } from 'bcryptjs';
import { utf8Decode, utf8Encode } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';

/** What etcd falls back to when the cost it is given is no cost. */
const DEFAULT_COST = 10;
const MIN_COST = 4;
const MAX_COST = 31;

/** More bytes than these have no part in the hash. */
const MAX_PASSWORD_BYTES = 72;

/** Version, cost, salt and sum, as all who write bcrypt's strings write them. */
const HASH = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

export const bcryptCostOr = (cost: number | undefined): number =>
  cost !== undefined && Number.isInteger(cost) && cost >= MIN_COST && cost <= MAX_COST ? cost : DEFAULT_COST;

/**
 * Hashes a password as Go's bcrypt does.
 * @returns the string `$2a$…` that etcd stores, in base64 as it travels in a request
 * @throws passwordTooLong
 */
export async function hashPassword(password: string, cost: number): Promise<string> {
  checkLength(password);
  return base64(await inTurn(async () => await hash(password, asGo(await genSalt(cost)))));
}

/** A stored value that is no hash (a user without password has an empty one) belongs to no password. */
export async function isPassword(password: string, stored: Uint8Array): Promise<boolean> {
  const hashed = utf8Decode(stored);
  return HASH.test(hashed) && (await inTurn(async () => await compare(password, hashed)));
}

let last: Promise<unknown> = Promise.resolve();

/**
 * One after the other, for all members of this process. Hashing holds the event loop for up to 100 ms at a time; if
 * many did so in turns, a few logins at once would keep a leader from its heartbeats until it is deposed.
 */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return await turn;
}

/**
 * What to store of a request that is applied.
 * @throws noPasswordUser (the text is etcd's) if the hash is not base64
 */
export function storedPassword(
  request: { readonly password: string; readonly hashedPassword: string },
  cost: number,
): Uint8Array {
  const { password, hashedPassword } = request;
  if (password !== '' && hashedPassword === '') {
    // From the log of an etcd before 3.5, which hashed only here; each of its members stored a hash of its own.
    checkLength(password);
    return utf8Encode(hashSync(password, asGo(genSaltSync(cost))));
  }
  const text = hashedPassword.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw refuse.noPasswordUser();
  return Buffer.from(text, 'base64');
}

function checkLength(password: string): void {
  if (utf8Encode(password).length > MAX_PASSWORD_BYTES) throw refuse.passwordTooLong();
}

/** The same algorithm under the name by which Go writes it. */
const asGo = (salt: string): string => salt.replace(/^\$2b\$/, '$2a$');

const base64 = (text: string): string => Buffer.from(text).toString('base64');
