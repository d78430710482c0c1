import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../../src/auth/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { policyWorld as world } from './access-world.ts';
import { as } from './auth-world.ts';
import { put } from './requests.ts';

describe('leases [inv 38]', () => {
  const LEASES: readonly (readonly [lease: bigint, write: boolean, read: boolean])[] = [
    [1n, true, false],
    [2n, false, true],
    [3n, false, false],
    [4n, true, true],
    [5n, true, true],
    [0n, true, true],
  ];
  const outcome = (attempt: () => void): string => {
    try {
      attempt();
      return 'done';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const denied = refuse.permissionDenied().message;

  it.each(LEASES)('lease %d: alice may revoke, renew and attach %s, and see its keys %s', (lease, write, read) => {
    const made = world();
    const { access } = made.auth;
    const alice = as(made, 'alice');
    const [writes, reads] = [write ? 'done' : denied, read ? 'done' : denied];
    expect(outcome(() => access.checkLeaseRevoke(alice, lease))).toBe(writes);
    expect(outcome(() => access.checkLeaseRenew(alice, lease))).toBe(writes);
    expect(outcome(() => access.checkPut(alice, put('w/a', { lease })))).toBe(writes);
    expect(outcome(() => access.checkLeaseTimeToLive(alice, { ID: lease, keys: true }))).toBe(reads);
    expect(outcome(() => access.checkLeaseLeases(alice, [{ id: 4n }, { id: lease }]))).toBe(reads);
    // Without its keys, the time that is left is nobody's secret.
    expect(outcome(() => access.checkLeaseTimeToLive(alice, { ID: lease, keys: false }))).toBe('done');
  });

  it('root may do it all, even when identified before the policy changed', () => {
    const made = world();
    const { access } = made.auth;
    const root = as(made, 'root');
    made.auth.roles.add('another');
    access.checkLeaseRevoke(root, 3n);
    access.checkLeaseRenew(root, 3n);
    access.checkLeaseTimeToLive(root, { ID: 3n, keys: true });
    access.checkLeaseLeases(root, [{ id: 3n }]);
    expect(() => access.checkLeaseRevoke(as(made, 'alice'), 3n)).toThrow(refuse.permissionDenied());
  });

  it('somebody has to be named', () => {
    const made = world();
    const { access } = made.auth;
    for (const check of [
      () => access.checkNamed(undefined),
      () => access.checkLeaseRenew(undefined, 4n),
      () => access.checkLeaseTimeToLive(undefined, { ID: 4n, keys: false }),
      () => access.checkLeaseLeases(undefined, []),
    ]) {
      expect(check).toThrow(refuse.userEmpty());
    }
    made.auth.disable();
    access.checkNamed(undefined);
    access.checkLeaseRenew(undefined, 3n);
    access.checkLeaseTimeToLive(undefined, { ID: 3n, keys: true });
    access.checkLeaseLeases(undefined, [{ id: 3n }]);
  });

  it('the member itself may revoke what has expired', () => {
    const made = world();
    expect(() => made.auth.access.checkLeaseRevoke(made.auth.self(), 3n)).not.toThrow();
    made.auth.disable();
    expect(made.auth.self()).toEqual(NOBODY);
    expect(() => made.auth.access.checkLeaseRevoke(made.auth.self(), 3n)).not.toThrow();
  });
});

describe('what takes an admin', () => {
  it('is refused to all but those with the root role', () => {
    const made = world();
    const { access } = made.auth;
    expect(() => access.checkAdmin(as(made, 'root'))).not.toThrow();
    expect(() => access.checkAdmin(as(made, 'alice'))).toThrow(refuse.permissionDenied());
    expect(() => access.checkAdmin(as(made, 'gone'))).toThrow(refuse.userNotFound());
    expect(() => access.checkAdmin(undefined)).toThrow(refuse.userEmpty());
    expect(() => access.checkAdmin(NOBODY)).toThrow(refuse.userEmpty());
    made.auth.users.grantRole({ user: 'alice', role: 'root' });
    expect(() => access.checkAdmin(as(made, 'alice'))).not.toThrow();
    made.auth.users.revokeRole({ name: 'alice', role: 'root' });
    made.auth.disable();
    expect(() => access.checkAdmin(undefined)).not.toThrow();
  });

  it('users may look at themselves and at the roles they have', () => {
    const made = world();
    const { access } = made.auth;
    const alice = as(made, 'alice');
    access.checkUserGet(alice, 'alice');
    access.checkRoleGet(alice, 'reader');
    expect(() => access.checkUserGet(alice, 'root')).toThrow(refuse.permissionDenied());
    expect(() => access.checkRoleGet(alice, 'another')).toThrow(refuse.permissionDenied());
    expect(() => access.checkUserGet(NOBODY, 'alice')).toThrow(refuse.userEmpty());
    expect(() => access.checkRoleGet(NOBODY, 'reader')).toThrow(refuse.userEmpty());
    access.checkUserGet(as(made, 'root'), 'alice');
    access.checkRoleGet(as(made, 'root'), 'reader');
  });
});
