/**
 * log/: a node's log. What storage has persisted and what is still in memory
 * read as one sequence; it knows what is committed, what is being written and
 * what is being applied, and nothing of elections or messages.
 */
export { acceptCommitted, appliedTo, hasNextCommitted, nextCommitted } from './committed.ts';
export { encodedBytes, payloadBytes } from './entry-size.ts';
export { MemoryStorage } from './memory-storage.ts';
export { RaftLog } from './raft-log.ts';
export type { Missing, Storage } from './storage.ts';
export { Unstable } from './unstable.ts';
