import type { AnyCommand } from './command.ts';
import type { FlagSpecs } from './flags/index.ts';

/** The headings under which the root help lists commands, in their order. */
export const groups = {
  kv: 'Key-value commands',
  cluster: 'Cluster maintenance commands',
  concurrency: 'Concurrency commands',
  auth: 'Authentication commands',
  utility: 'Utility commands',
} as const;

export type Group = keyof typeof groups;

/**
 * One command as far as it must be known before it is loaded: for finding it,
 * for help and for completion. A leaf has `load`, a parent has `children`.
 */
export interface CommandNode {
  readonly name: string;
  readonly summary: string;
  readonly group?: Group;
  readonly load?: () => Promise<AnyCommand>;
  readonly children?: readonly CommandNode[];
  /** Of a tool: whether `ETCDCTL_*` variables stand for its flags. */
  readonly readsVariables?: boolean;
  /** Flags that all commands below take too. */
  readonly persistentFlags?: FlagSpecs;
}
