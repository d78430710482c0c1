/** A lock or an election that cannot go on; worded as Go's client words it. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
}

export const sessionExpired = (): ConcurrencyError => new ConcurrencyError('mutex: session is expired');
export const candidacyExpired = (): ConcurrencyError => new ConcurrencyError('election: session is expired');
export const lockReleased = (): ConcurrencyError => new ConcurrencyError('mutex: lock has already been released');
export const notLeader = (): ConcurrencyError => new ConcurrencyError('election: not leader');
export const interrupted = (): ConcurrencyError => new ConcurrencyError('context canceled');
export const lostWatcher = (): ConcurrencyError => new ConcurrencyError('lost watcher waiting for delete');
