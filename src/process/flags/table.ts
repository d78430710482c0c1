import { clusteringFlags } from './clustering.ts';
import type { Flag } from './flag.ts';
import { formerFlags } from './former.ts';
import { memberFlags } from './member.ts';
import { operationFlags } from './operation.ts';
import { authFlags, securityFlags } from './security.ts';

/** Every flag of etcd 3.7 that has a meaning, in the order of its help. */
export const FLAGS: readonly Flag[] = [
  ...memberFlags,
  ...clusteringFlags,
  ...securityFlags,
  ...authFlags,
  ...operationFlags,
];

/** Under former names, too. */
const byName = new Map([...FLAGS, ...formerFlags(FLAGS)].map((flag) => [flag.name, flag]));

export const findFlag = (name: string): Flag | undefined => byName.get(name);

/** Flags of releases long past, which etcd takes and forgets. */
export const FORGOTTEN_FLAGS: ReadonlySet<string> = new Set([
  'cluster-active-size',
  'cluster-remove-delay',
  'cluster-sync-interval',
  'config',
  'force',
  'max-result-buffer',
  'max-retry-attempts',
  'peer-heartbeat-interval',
  'peer-election-timeout',
  'retry-interval',
  'snapshot',
  'v',
  'vv',
]);

/** Every flag under every name it is known by. */
export const everyFlag = (): IterableIterator<Flag> => byName.values();

/** `--data-dir` as an environment variable: `ETCD_DATA_DIR`. */
export const environmentName = (flag: string): string => `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;
