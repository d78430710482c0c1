/**
 * concurrency/: sessions, locks and elections on raw RPCs, in etcd's own key layout
 * (`NAME/LEASE` with the lease in hex), so that Go's clients and ours exclude each
 * other on the same name. Works on any Client. Loaded by lock and elect alone.
 */
export { Election } from './election.ts';
export { ConcurrencyError } from './errors.ts';
export { Mutex } from './mutex.ts';
export { observe } from './observe.ts';
export { type ConcurrencyClient, openSession, type Session } from './session.ts';
