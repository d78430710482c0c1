import type { BucketReader, Capture, Journal, Record } from '../backend/index.ts';
import { compareBytes, encodeUint64, utf8Decode, utf8Encode } from '../base/index.ts';
import { RoleRecord, UserRecord } from '../wire/disk.ts';
import type { Role, User } from '../wire/index.ts';
import { KeyPermissions } from './key-permissions.ts';

const ENABLED_KEY = utf8Encode('authEnabled');
const REVISION_KEY = utf8Encode('authRevision');

/** Users, roles and the two switches, as the buckets `auth`, `authUsers` and `authRoles` hold them. */
export class AuthState {
  readonly #journal: Journal;
  readonly #users = new Map<string, User>();
  readonly #roles = new Map<string, Role>();
  /** Undefined, and not in the database, until it is set for the first time. */
  #enabled: boolean | undefined;
  #revision = 0n;
  /** Made when first asked for; any change forgets all of it. */
  readonly #permissions = new Map<string, KeyPermissions>();

  constructor(buckets: BucketReader, journal: Journal) {
    this.#journal = journal;
    for (const [key, value] of buckets.records('auth')) this.#readSwitch(key, value);
    for (const [, value] of buckets.records('authUsers')) {
      const user = UserRecord.decode(value);
      this.#users.set(utf8Decode(user.name), user);
    }
    for (const [, value] of buckets.records('authRoles')) {
      const role = RoleRecord.decode(value);
      this.#roles.set(utf8Decode(role.name), role);
    }
    // A new store begins at 1: the revision 0 in a request means that nobody is behind it.
    if (this.#revision === 0n) this.changed();
  }

  get enabled(): boolean {
    return this.#enabled === true;
  }

  get revision(): bigint {
    return this.#revision;
  }

  /** Every change of policy ends with this. */
  changed(): void {
    this.#revision += 1n;
    this.#permissions.clear();
    this.#journal.put('auth', REVISION_KEY, encodeUint64(this.#revision));
  }

  /** Turning authentication on or off is no change of policy by itself. */
  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
    this.#journal.put('auth', ENABLED_KEY, switchValue(enabled));
  }

  user(name: string): User | undefined {
    return this.#users.get(name);
  }

  role(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  /** In the order of their bytes, as the database lists them. */
  userNames(): string[] {
    return sortedNames(this.#users.keys());
  }

  roleNames(): string[] {
    return sortedNames(this.#roles.keys());
  }

  putUser(user: User): void {
    this.#users.set(utf8Decode(user.name), user);
    this.#journal.put('authUsers', user.name, UserRecord.encode(user).finish());
  }

  deleteUser(name: string): void {
    this.#users.delete(name);
    this.#journal.delete('authUsers', utf8Encode(name));
  }

  putRole(role: Role): void {
    this.#roles.set(utf8Decode(role.name), role);
    this.#journal.put('authRoles', role.name, RoleRecord.encode(role).finish());
  }

  deleteRole(name: string): void {
    this.#roles.delete(name);
    this.#journal.delete('authRoles', utf8Encode(name));
  }

  /** What all roles of a user permit together; undefined if there is no such user. */
  permissionsOf(name: string): KeyPermissions | undefined {
    const known = this.#permissions.get(name);
    if (known !== undefined) return known;
    const user = this.#users.get(name);
    if (user === undefined) return undefined;
    const granted = user.roles.flatMap((role) => this.#roles.get(role)?.keyPermission ?? []);
    const permissions = new KeyPermissions(granted);
    this.#permissions.set(name, permissions);
    return permissions;
  }

  /** Users and roles are replaced and never changed, so that it is enough to hold on to them. */
  capture(): Capture {
    const users = this.userNames().flatMap((name) => this.#users.get(name) ?? []);
    const roles = this.roleNames().flatMap((name) => this.#roles.get(name) ?? []);
    const switches: Record[] = [[REVISION_KEY, encodeUint64(this.#revision)]];
    if (this.#enabled !== undefined) switches.unshift([ENABLED_KEY, switchValue(this.#enabled)]);
    return new Map([
      ['auth', switches],
      ['authUsers', mapped(users, userRecord)],
      ['authRoles', mapped(roles, roleRecord)],
    ]);
  }

  #readSwitch(key: Uint8Array, value: Uint8Array): void {
    if (compareBytes(key, ENABLED_KEY) === 0) this.#enabled = value.length === 1 && value[0] === 1;
    else if (compareBytes(key, REVISION_KEY) === 0) this.#revision = Buffer.from(value).readBigUInt64BE();
  }
}

const switchValue = (on: boolean): Uint8Array => Uint8Array.of(on ? 1 : 0);

const userRecord = (user: User): Record => [user.name, UserRecord.encode(user).finish()];
const roleRecord = (role: Role): Record => [role.name, RoleRecord.encode(role).finish()];

/** Encodes one by one when asked, not all at the moment of a capture. */
const mapped = <T>(items: readonly T[], record: (item: T) => Record): Iterable<Record> => ({
  *[Symbol.iterator]() {
    for (const item of items) yield record(item);
  },
});

/** By bytes: the order of JavaScript's strings differs from it beyond the basic plane. */
const sortedNames = (names: Iterable<string>): string[] =>
  [...names].sort((a, b) => compareBytes(utf8Encode(a), utf8Encode(b)));
