import { AuthStore, type AuthStoreOptions, type Identity, openTokenProvider } from '../../../src/auth/index.ts';
import type { TokenProvider } from '../../../src/auth/index.ts';
import { type LogEvent, VirtualClock } from '../../../src/base/index.ts';
import { Permission_Type } from '../../../src/wire/disk.ts';
import type { Permission } from '../../../src/wire/index.ts';
import { MemoryBuckets } from '../../support/memory-buckets.ts';

export interface AuthWorld {
  readonly clock: VirtualClock;
  readonly buckets: MemoryBuckets;
  readonly tokens: TokenProvider;
  /** Keys by lease. */
  readonly leases: Map<bigint, Uint8Array[]>;
  readonly logged: LogEvent[];
  readonly auth: AuthStore;
}

export function authWorld(options: Partial<AuthStoreOptions> = {}): AuthWorld {
  const clock = new VirtualClock();
  const buckets = new MemoryBuckets();
  const tokens = options.tokens ?? openTokenProvider('simple', { clock });
  const leases = new Map<bigint, Uint8Array[]>();
  const logged: LogEvent[] = [];
  const auth = AuthStore.open(buckets, {
    journal: buckets,
    tokens,
    leases: { keysOf: (id) => leases.get(id) ?? [] },
    bcryptCost: 4,
    logger: (event) => logged.push(event),
    ...options,
  });
  return { clock, buckets, tokens, leases, logged, auth };
}

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

type Access = keyof typeof Permission_Type;

/** `end` as on the wire: '' for one key, '\0' for all from `key` on. */
export const permission = (access: Access, key: string, end = ''): Permission => ({
  permType: Permission_Type[access],
  key: bytes(key),
  range_end: bytes(end),
});

/** A user as the log adds one; the hash is no real one. */
export const newUser = (name: string, options?: { no_password: boolean }) => ({
  name,
  password: '',
  hashedPassword: Buffer.from(`hash of ${name}`).toString('base64'),
  options,
});

export function addRole({ auth }: AuthWorld, name: string, ...permissions: readonly Permission[]): void {
  auth.roles.add(name);
  for (const perm of permissions) auth.roles.grantPermission({ name, perm });
}

export function addUser({ auth }: AuthWorld, name: string, ...roles: readonly string[]): void {
  auth.users.add(newUser(name));
  for (const role of roles) auth.users.grantRole({ user: name, role });
}

/** Root exists and authentication is on. */
export function enabledWorld(options: Partial<AuthStoreOptions> = {}): AuthWorld {
  const world = authWorld(options);
  addUser(world, 'root', 'root');
  world.auth.enable();
  return world;
}

/** Somebody as of now. */
export const as = ({ auth }: AuthWorld, name: string): Identity => ({ name, revision: auth.revision });
