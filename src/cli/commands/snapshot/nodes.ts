import type { CommandNode } from '../../command-node.ts';
import { leaf } from '../nodes.ts';

/** What both tools do with snapshots. */
export const offlineSnapshotNodes: readonly CommandNode[] = [
  leaf('diff', 'Compares the keys of two snapshots', () => import('./diff.ts')),
  leaf('du', 'Sums up the keys in a snapshot by prefix', () => import('./du.ts')),
  leaf('get', 'Reads keys from a snapshot', () => import('./get.ts')),
  leaf('ls', 'Lists the keys in a snapshot by prefix', () => import('./ls.ts')),
  leaf('restore', 'Makes a data directory from a snapshot', () => import('./restore.ts')),
  leaf('status', 'Checks a snapshot and sums it up', () => import('./status.ts')),
  leaf('verify', 'Looks for all that can be wrong with a snapshot', () => import('./verify.ts')),
];
