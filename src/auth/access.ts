import { refuse } from '../wire/etcd-error.ts';
import type { PutRequest, RequestOp, TxnRequest } from '../wire/index.ts';
import type { AuthState } from './auth-state.ts';
import { type Identity, NOBODY } from './identity.ts';
import type { WireRange } from './key-ranges.ts';
import { ROOT_ROLE } from './root.ts';

/** Where the keys of a lease are known. */
export interface LeaseKeys {
  keysOf(id: bigint): readonly Uint8Array[];
}

const NO_BYTES = new Uint8Array();

/** For what a watcher that names no key is permitted: the first key there can be. */
const FIRST_KEY = Uint8Array.of(0);

/**
 * Who may do what. Every check returns if it may be done, or if authentication is off, and otherwise throws: userEmpty
 * where nobody in particular asks, authOldRevision, permissionDenied. Ranges are those of the wire, as the client gave
 * them: normalised ones mean something else here, and would let through what they must not.
 */
export class Access {
  readonly #state: AuthState;
  readonly #leases: LeaseKeys;

  constructor(state: AuthState, leases: LeaseKeys) {
    this.#state = state;
    this.#leases = leases;
  }

  /** Somebody has to be named, nothing more: granting, revoking and looking at leases, listing members, status, alarms. */
  checkNamed(identity: Identity | undefined): void {
    if (this.#state.enabled && identity === undefined) throw refuse.userEmpty();
  }

  /**
   * For maintenance, compaction, changes of membership and of users and roles.
   * @throws userEmpty, userNotFound, permissionDenied
   */
  checkAdmin(identity: Identity | undefined): void {
    if (!this.#state.enabled) return;
    if (identity === undefined || identity.name === '') throw refuse.userEmpty();
    const user = this.#state.user(identity.name);
    if (user === undefined) throw refuse.userNotFound();
    if (!user.roles.includes(ROOT_ROLE)) throw refuse.permissionDenied();
  }

  checkRange(identity: Identity, range: WireRange): void {
    this.#check(identity, range.key, range.range_end, 'read');
  }

  checkDeleteRange(identity: Identity, request: WireRange & { readonly prev_kv: boolean }): void {
    this.#check(identity, request.key, request.range_end, 'write');
    if (request.prev_kv) this.#check(identity, request.key, request.range_end, 'read');
  }

  /** A key may only be put under a lease whose other keys may be written, too: else its revoke would be out of reach. */
  checkPut(identity: Identity, request: Pick<PutRequest, 'key' | 'lease' | 'prev_kv'>): void {
    this.#check(identity, request.key, NO_BYTES, 'write');
    this.checkLeaseRevoke(identity, request.lease);
    if (request.prev_kv) this.#check(identity, request.key, NO_BYTES, 'read');
  }

  /** Compares, and both branches whichever is taken, and the transactions inside them. */
  checkTxn(identity: Identity, request: TxnRequest): void {
    for (const compare of request.compare) this.checkRange(identity, compare);
    for (const op of request.success) this.#checkOp(identity, op);
    for (const op of request.failure) this.#checkOp(identity, op);
  }

  checkWatch(identity: Identity | undefined, range: WireRange): void {
    const key = range.key.length === 0 ? FIRST_KEY : range.key;
    this.#check(identity ?? NOBODY, key, range.range_end, 'read');
  }

  /** Also for attaching to a lease (at apply); one that is not there, or has no keys, is anybody's. */
  checkLeaseRevoke(identity: Identity, leaseId: bigint): void {
    if (leaseId !== 0n) this.#checkLeaseKeys(identity, leaseId, 'write');
  }

  checkLeaseRenew(identity: Identity | undefined, leaseId: bigint): void {
    this.checkNamed(identity);
    if (identity !== undefined) this.#checkLeaseKeys(identity, leaseId, 'write');
  }

  /** Who sees the keys of a lease must be permitted to read them. Check again after the answer was made. */
  checkLeaseTimeToLive(identity: Identity | undefined, request: { readonly ID: bigint; readonly keys: boolean }): void {
    this.checkNamed(identity);
    if (identity !== undefined && request.keys) this.#checkLeaseKeys(identity, request.ID, 'read');
  }

  checkLeaseLeases(identity: Identity | undefined, leases: Iterable<{ readonly id: bigint }>): void {
    this.checkNamed(identity);
    if (identity === undefined || this.#isAdmin(identity)) return;
    for (const { id } of leases) this.#checkLeaseKeys(identity, id, 'read');
  }

  /** Users may look at themselves. */
  checkUserGet(identity: Identity, name: string): void {
    if (name !== identity.name) this.checkAdmin(identity);
  }

  /** Users may look at the roles that they have. */
  checkRoleGet(identity: Identity, role: string): void {
    if (this.#state.user(identity.name)?.roles.includes(role) !== true) this.checkAdmin(identity);
  }

  #checkOp(identity: Identity, op: RequestOp): void {
    if (op.request_range !== undefined) this.checkRange(identity, op.request_range);
    if (op.request_put !== undefined) this.checkPut(identity, op.request_put);
    if (op.request_delete_range !== undefined) this.checkDeleteRange(identity, op.request_delete_range);
    if (op.request_txn !== undefined) this.checkTxn(identity, op.request_txn);
  }

  #checkLeaseKeys(identity: Identity, leaseId: bigint, access: 'read' | 'write'): void {
    if (this.#isAdmin(identity)) return;
    for (const key of this.#leases.keysOf(leaseId)) this.#check(identity, key, NO_BYTES, access);
  }

  #isAdmin(identity: Identity): boolean {
    return !this.#state.enabled || this.#state.user(identity.name)?.roles.includes(ROOT_ROLE) === true;
  }

  #check(identity: Identity, key: Uint8Array, rangeEnd: Uint8Array, access: 'read' | 'write'): void {
    if (!this.#state.enabled) return;
    if (identity.revision === 0n) throw refuse.userEmpty();
    if (identity.revision < this.#state.revision) throw refuse.authOldRevision();
    if (this.#isAdmin(identity)) return;
    const permissions = this.#state.permissionsOf(identity.name);
    if (permissions?.[access].covers(key, rangeEnd) !== true) throw refuse.permissionDenied();
  }
}
