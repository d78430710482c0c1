import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuthStore } from '../../../src/auth/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { dumpOf, MemoryBuckets } from '../../support/memory-buckets.ts';
import { addUser, authWorld, type AuthWorld, bytes, enabledWorld, newUser, permission } from './auth-world.ts';

describe('enable and disable', () => {
  it('begin off, at revision 1', () => {
    const { auth, buckets } = authWorld();
    expect([auth.enabled, auth.revision]).toEqual([false, 1n]);
    expect(buckets.dump()).toEqual({ auth: [`${Buffer.from('authRevision').toString('hex')}=0000000000000001`] });
  });

  it('need root with its role', () => {
    const made = authWorld();
    expect(() => made.auth.enable()).toThrow(refuse.rootUserNotExist());
    addUser(made, 'root');
    expect(() => made.auth.enable()).toThrow(refuse.rootRoleNotExist());
    made.auth.users.grantRole({ user: 'root', role: 'root' });
    made.auth.enable();
    expect(made.auth.enabled).toBe(true);
  });

  it('raise the revision when turned off, and only then [inv 37]', () => {
    const made = authWorld();
    addUser(made, 'root', 'root');
    const before = made.auth.revision;
    made.auth.enable();
    made.auth.enable();
    expect(made.auth.revision).toBe(before);
    made.auth.disable();
    made.auth.disable();
    expect(made.auth.revision).toBe(before + 1n);
    expect(made.auth.enabled).toBe(false);
  });

  it('survive a restart [inv 39]', () => {
    const made = enabledWorld();
    for (const step of [() => {}, () => made.auth.disable(), () => made.auth.enable()]) {
      step();
      const again = AuthStore.open(made.buckets, {
        journal: made.buckets,
        tokens: made.tokens,
        leases: { keysOf: () => [] },
      });
      expect([again.enabled, again.revision]).toEqual([made.auth.enabled, made.auth.revision]);
    }
  });
});

const name = fc.constantFrom('root', 'alice', 'bob', '');
const role = fc.constantFrom('root', 'reader', 'writer', '');
const key = fc.constantFrom('a', 'b', 'c', '');
const end = fc.constantFrom('', 'b', 'd', '\0');

type Entry = (world: AuthWorld, index: bigint) => unknown;

/** Any entry of the log that these rooms apply. */
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.constant<Entry>(({ auth }) => auth.enable()),
  fc.constant<Entry>(({ auth }) => auth.disable()),
  fc.tuple(name, fc.boolean()).map(([who, without]): Entry => {
    return ({ auth }) => auth.users.add(newUser(who, { no_password: without }));
  }),
  name.map(
    (who): Entry =>
      ({ auth }) =>
        auth.users.delete(who),
  ),
  name.map(
    (who): Entry =>
      ({ auth }) =>
        auth.users.changePassword({ ...newUser(who), hashedPassword: 'bmV3' }),
  ),
  fc.tuple(name, role).map(
    ([user, what]): Entry =>
      ({ auth }) =>
        auth.users.grantRole({ user, role: what }),
  ),
  fc.tuple(name, role).map(
    ([who, what]): Entry =>
      ({ auth }) =>
        auth.users.revokeRole({ name: who, role: what }),
  ),
  role.map(
    (what): Entry =>
      ({ auth }) =>
        auth.roles.add(what),
  ),
  role.map(
    (what): Entry =>
      ({ auth }) =>
        auth.roles.delete(what),
  ),
  fc.tuple(role, fc.constantFrom('READ', 'WRITE', 'READWRITE'), key, end).map(([what, access, from, to]): Entry => {
    return ({ auth }) => auth.roles.grantPermission({ name: what, perm: permission(access, from, to) });
  }),
  fc.tuple(role, key, end).map(([what, from, to]): Entry => {
    return ({ auth }) => auth.roles.revokePermission({ role: what, key: bytes(from), range_end: bytes(to) });
  }),
  name.map(
    (who): Entry =>
      ({ auth }, index) =>
        void auth.authenticate(who, 'p', index),
  ),
);

/** Applies an entry as a member does: a refusal is a result like any other. */
function apply(world: AuthWorld, one: Entry, index: number): string {
  try {
    one(world, BigInt(index));
    return `revision ${world.auth.revision}, ${world.auth.enabled ? 'on' : 'off'}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A member that starts again from its database, or from another's snapshot. */
function restarted(buckets: MemoryBuckets): AuthWorld {
  const world = authWorld();
  const leases = { keysOf: (): Uint8Array[] => [] };
  return { ...world, buckets, auth: AuthStore.open(buckets, { journal: buckets, tokens: world.tokens, leases }) };
}

describe('members that apply the same log [inv 39]', () => {
  it('come to the same results and the same state, restarted or started from a snapshot on the way', () => {
    const entries = fc.array(entry, { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(entries, fc.nat(59), (log, at) => {
        const one = authWorld();
        let [two, three] = [authWorld(), authWorld()];
        // Where clocks stand must not matter.
        two.clock.advance(1e9);
        for (const [i, each] of log.entries()) {
          if (i === at) {
            two = restarted(two.buckets);
            three = restarted(MemoryBuckets.of(one.auth.capture()));
          }
          const results = [one, two, three].map((world) => apply(world, each, i));
          expect(new Set(results).size).toBe(1);
        }
        expect(two.buckets.dump()).toEqual(one.buckets.dump());
        expect(dumpOf(three.auth.capture())).toEqual(dumpOf(one.auth.capture()));
        expect(dumpOf(one.auth.capture())).toEqual(one.buckets.dump());
      }),
      { numRuns: 300 },
    );
  });
});

describe('a capture', () => {
  it('stays as it was, whatever happens before it is read', () => {
    const made = enabledWorld();
    made.auth.roles.add('reader');
    made.auth.roles.grantPermission({ name: 'reader', perm: permission('READ', 'a') });
    addUser(made, 'alice', 'reader');
    const before = dumpOf(made.auth.capture());
    const capture = made.auth.capture();
    made.auth.roles.grantPermission({ name: 'reader', perm: permission('WRITE', 'a') });
    made.auth.users.changePassword({ ...newUser('alice'), hashedPassword: 'bmV3' });
    made.auth.users.delete('alice');
    made.auth.roles.delete('reader');
    made.auth.disable();
    expect(dumpOf(capture)).toEqual(before);
  });
});
