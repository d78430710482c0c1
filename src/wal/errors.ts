/**
 * What is wrong with a write-ahead log.
 * - `not-found`: no segment, or none that reaches back to the wanted snapshot
 * - `exists`: a log is already there
 * - `gap`: a segment in the middle is missing
 * - `torn`: the last record was cut short by a crash; `repairLog` mends it
 * - `corrupt`: anything else unreadable; nothing mends it
 * - `metadata-conflict`: segments of different members
 * - `snapshot-missing`, `snapshot-mismatch`: the log does not know the snapshot it is read from
 * - `unusable`: an earlier write failed, so what is on disk is unknown
 */
export type WalFault =
  | 'not-found'
  | 'exists'
  | 'gap'
  | 'torn'
  | 'corrupt'
  | 'metadata-conflict'
  | 'snapshot-missing'
  | 'snapshot-mismatch'
  | 'unusable';

/** Where in the log: a segment's path and the byte offset of a record in it. */
export interface WalPosition {
  readonly path: string;
  readonly offset: number;
}

export class WalError extends Error {
  override readonly name = 'WalError';
  readonly fault: WalFault;
  readonly position: WalPosition | undefined;

  constructor(fault: WalFault, reason: string, position?: WalPosition, options?: ErrorOptions) {
    super(position ? `${reason}: in file '${position.path}' at position: ${position.offset}` : reason, options);
    this.fault = fault;
    this.position = position;
  }
}
