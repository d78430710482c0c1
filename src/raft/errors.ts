/** `code` is for programs, `message` for people. */
export type RaftErrorCode =
  | 'proposalDropped'
  | 'localMessage'
  | 'peerNotFound'
  | 'malformedMessage'
  | 'malformedConfChange'
  | 'invalidConfChange'
  | 'invalidConfig'
  | 'notEmpty'
  | 'compacted'
  | 'snapshotOutOfDate';

/** A request that was refused and changed nothing: the node goes on. */
export class RaftError extends Error {
  override readonly name = 'RaftError';
  readonly code: RaftErrorCode;

  constructor(code: RaftErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The node's own state contradicts itself: a bug, a broken storage, or a lost
 * log. The node must not be used any further, as going on could lose data.
 */
export class RaftInvariantError extends Error {
  override readonly name = 'RaftInvariantError';
}

export function fail(message: string): never {
  throw new RaftInvariantError(message);
}
