import { describe, expect, it } from 'vitest';
import { type Access, type Identity, NOBODY } from '../../../src/auth/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import type { RequestOp, TxnRequest } from '../../../src/wire/index.ts';
import { policyWorld as world } from './access-world.ts';
import { addRole, addUser, as, bytes, permission } from './auth-world.ts';
import { compare, del, get, put, txn } from './requests.ts';

type Check = (access: Access, identity: Identity) => void;

const checks: { readonly [kind: string]: (key: string, end?: string) => Check } = {
  range: (key, end) => (access, who) => access.checkRange(who, get(key, end)),
  put: (key) => (access, who) => access.checkPut(who, put(key)),
  'put with prev_kv': (key) => (access, who) => access.checkPut(who, put(key, { prev_kv: true })),
  delete: (key, end) => (access, who) => access.checkDeleteRange(who, del(key, end)),
  'delete with prev_kv': (key, end) => (access, who) => access.checkDeleteRange(who, del(key, end, true)),
  watch: (key, end) => (access, who) => access.checkWatch(who, get(key, end)),
};

/** What alice may do: kind, key, end, may. */
const ALICE: readonly (readonly [kind: keyof typeof checks, key: string, end: string, may: boolean])[] = [
  ['range', 'r/a', '', true],
  ['range', 'r/', 'r0', true],
  ['range', 'r/', 'r1', false],
  ['range', 'r/', '\0', false],
  ['range', '\0', '\0', false],
  ['range', 'w/a', '', false],
  ['range', 'b/a', 'b/b', true],
  ['put', 'w/a', '', true],
  ['put', 'r/a', '', false],
  ['put', 'b/a', '', true],
  ['put', 'x', '', false],
  ['put with prev_kv', 'w/a', '', false],
  ['put with prev_kv', 'b/a', '', true],
  ['delete', 'w/', 'w0', true],
  ['delete', 'w/', '\0', false],
  ['delete', 'r/a', '', false],
  ['delete with prev_kv', 'w/', 'w0', false],
  ['delete with prev_kv', 'w/a', '', false],
  ['delete with prev_kv', 'b/', 'b0', true],
  ['watch', 'r/', 'r0', true],
  ['watch', 'r/a', '', true],
  ['watch', 'r/', '\0', false],
  ['watch', '', '', false],
  ['watch', 'w/a', '', false],
];

describe('requests on keys [inv 38]', () => {
  it.each(ALICE)('%s of %j to %j: %s', (kind, key, end, may) => {
    const made = world();
    const check = checks[kind]?.(key, end);
    const attempt = (): void => check?.(made.auth.access, as(made, 'alice'));
    if (may) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(refuse.permissionDenied());
  });

  const kinds = Object.entries(checks).map(([kind, check]) => [kind, check('b/a')] as const);

  it.each(kinds)('%s: root may, whatever its roles grant', (_kind, check) => {
    const made = world();
    expect(() => check(made.auth.access, as(made, 'root'))).not.toThrow();
  });

  it.each(kinds)('%s: nobody in particular may not', (_kind, check) => {
    const made = world();
    expect(() => check(made.auth.access, NOBODY)).toThrow(refuse.userEmpty());
  });

  it.each(kinds)('%s: a user without roles, or one that is gone, may not', (_kind, check) => {
    const made = world();
    for (const name of ['none', 'gone']) {
      expect(() => check(made.auth.access, as(made, name))).toThrow(refuse.permissionDenied());
    }
  });

  it.each(kinds)(
    '%s: who was identified before the policy changed has to come again, root too [inv 37]',
    (_kind, check) => {
      const made = world();
      const before = [as(made, 'alice'), as(made, 'root')];
      made.auth.roles.add('another');
      for (const identity of before) expect(() => check(made.auth.access, identity)).toThrow(refuse.authOldRevision());
      for (const { name } of before) expect(() => check(made.auth.access, as(made, name))).not.toThrow();
    },
  );

  it.each(kinds)('%s: everybody may while authentication is off', (_kind, check) => {
    const made = world();
    made.auth.disable();
    for (const identity of [NOBODY, { name: 'gone', revision: 1n }]) {
      expect(() => check(made.auth.access, identity)).not.toThrow();
    }
  });

  it('a watch without a key is one from the first key on, and is checked before anything is made of its end', () => {
    const made = world();
    addRole(made, 'all', permission('READ', '\0', '\0'));
    made.auth.users.grantRole({ user: 'none', role: 'all' });
    for (const end of ['', '\0']) {
      expect(() => made.auth.access.checkWatch(as(made, 'none'), get('', end))).not.toThrow();
      expect(() => made.auth.access.checkWatch(as(made, 'alice'), get('', end))).toThrow(refuse.permissionDenied());
    }
    // Who may read one key must not get all that follow it by an end of one zero byte.
    addRole(made, 'one', permission('READ', 'k'));
    addUser(made, 'bob', 'one');
    expect(() => made.auth.access.checkWatch(as(made, 'bob'), get('k'))).not.toThrow();
    expect(() => made.auth.access.checkWatch(as(made, 'bob'), get('k', '\0'))).toThrow(refuse.permissionDenied());
    expect(() => made.auth.access.checkWatch(undefined, get('k'))).toThrow(refuse.userEmpty());
  });

  it('follows every change of roles and users at once', () => {
    const made = world();
    const may = (): boolean => {
      try {
        made.auth.access.checkPut(as(made, 'none'), put('n'));
        return true;
      } catch {
        return false;
      }
    };
    expect(may()).toBe(false);
    addRole(made, 'n', permission('WRITE', 'n'));
    made.auth.users.grantRole({ user: 'none', role: 'n' });
    expect(may()).toBe(true);
    made.auth.roles.grantPermission({ name: 'n', perm: permission('READ', 'n') });
    expect(may()).toBe(false);
    made.auth.roles.grantPermission({ name: 'n', perm: permission('READWRITE', 'n') });
    expect(may()).toBe(true);
    made.auth.roles.revokePermission({ role: 'n', key: bytes('n'), range_end: bytes('') });
    expect(may()).toBe(false);
    made.auth.roles.grantPermission({ name: 'n', perm: permission('WRITE', 'm', 'o') });
    expect(may()).toBe(true);
    made.auth.roles.delete('n');
    expect(may()).toBe(false);
  });
});

/** Operations of which the last is refused to alice; where the key is `ok` she may do it. */
const OPS: readonly (readonly [what: string, op: (ok: boolean) => RequestOp])[] = [
  ['a range', (ok) => ({ request_range: get(ok ? 'r/a' : 'w/a') })],
  ['a wide range', (ok) => ({ request_range: get('r/', ok ? 'r0' : '\0') })],
  ['a put', (ok) => ({ request_put: put(ok ? 'w/a' : 'r/a') })],
  ['a put with prev_kv', (ok) => ({ request_put: put(ok ? 'b/a' : 'w/a', { prev_kv: true }) })],
  ['a put with a lease', (ok) => ({ request_put: put('w/a', { lease: ok ? 1n : 2n }) })],
  ['a delete', (ok) => ({ request_delete_range: del(ok ? 'w/a' : 'r/a') })],
  ['a delete with prev_kv', (ok) => ({ request_delete_range: del(ok ? 'b/' : 'w/', ok ? 'b0' : 'w0', true) })],
];

/** The places in a transaction in which an operation can stand. */
const PLACES: readonly (readonly [where: string, place: (op: RequestOp) => TxnRequest])[] = [
  ['in success', (op) => txn({ success: [op] })],
  ['in failure', (op) => txn({ failure: [op] })],
  ['behind others', (op) => txn({ success: [{ request_range: get('r/a') }, { request_put: put('w/b') }, op] })],
  ['nested', (op) => txn({ success: [{ request_txn: txn({ failure: [op] }) }] })],
  [
    'nested twice',
    (op) => txn({ failure: [{ request_txn: txn({ success: [{ request_txn: txn({ success: [op] }) }] }) }] }),
  ],
];

describe('transactions [inv 38]', () => {
  const cases = PLACES.flatMap(([where, place]) => OPS.map(([what, op]) => [what, where, place, op] as const));

  it.each(cases)('%s %s is checked', (_what, _where, place, op) => {
    const made = world();
    const { access } = made.auth;
    expect(() => access.checkTxn(as(made, 'alice'), place(op(true)))).not.toThrow();
    expect(() => access.checkTxn(as(made, 'alice'), place(op(false)))).toThrow(refuse.permissionDenied());
    expect(() => access.checkTxn(as(made, 'root'), place(op(false)))).not.toThrow();
    expect(() => access.checkTxn(NOBODY, place(op(true)))).toThrow(refuse.userEmpty());
  });

  it.each([
    ['at the top', (key: string, end?: string) => txn({ compare: [compare(key, end)] })],
    [
      'nested',
      (key: string, end?: string) => txn({ success: [{ request_txn: txn({ compare: [compare(key, end)] }) }] }),
    ],
  ])('a compare %s tells of the key, and is checked as a read', (_where, request) => {
    const made = world();
    const check = (key: string, end?: string): (() => void) => {
      return () => made.auth.access.checkTxn(as(made, 'alice'), request(key, end));
    };
    expect(check('r/a')).not.toThrow();
    expect(check('r/', 'r0')).not.toThrow();
    for (const [key, end] of [['w/a'], ['r/', '\0'], ['q', 'r/a']] as const) {
      expect(check(key, end)).toThrow(refuse.permissionDenied());
    }
  });

  it('an empty one, and one with an empty operation, is anybody’s', () => {
    const made = world();
    for (const request of [txn({}), txn({ success: [{}] })]) {
      expect(() => made.auth.access.checkTxn(NOBODY, request)).not.toThrow();
    }
  });
});
