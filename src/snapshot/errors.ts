/**
 * Why work on a snapshot or a data directory was refused.
 * - `argument`: what was asked for can not be done, whatever the files hold
 * - `exists`: something is where the result should go
 * - `digest-missing`, `digest-wrong`: of the snapshot's SHA-256
 * - `invalid`: the file is not what it was taken for
 * - `version`: the storage version does not allow it
 */
export type SnapshotFault = 'argument' | 'exists' | 'digest-missing' | 'digest-wrong' | 'invalid' | 'version';

/** A failure of this room. The message is etcd's own where etcd has one. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly fault: SnapshotFault;

  constructor(fault: SnapshotFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
