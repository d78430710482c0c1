/**
 * Why members do not understand each other.
 * - `unreachable`: no connection, or it broke
 * - `removed`: the other end says that this member is no longer in the cluster
 * - `mismatch`: another cluster, or a version that does not go with this one
 * - `refused`: the other end answered with something else than success
 * - `malformed`: what came is not what the protocol says
 */
export type PeerFault = 'unreachable' | 'removed' | 'mismatch' | 'refused' | 'malformed';

export class PeerError extends Error {
  override readonly name = 'PeerError';
  readonly fault: PeerFault;

  constructor(fault: PeerFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
