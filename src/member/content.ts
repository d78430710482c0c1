import type { InternalRaftRequest } from '../wire/disk.ts';

/** What is to go through the log, without header and id. */
export type Content = Partial<Omit<InternalRaftRequest, 'header' | 'ID'>>;
