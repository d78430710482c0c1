import { type Flag, flagGroup } from './flag.ts';
import type { GateName } from './gates.ts';

/** Flags of etcd 3.5 and 3.6 that 3.7 knows under another name only; manifests in use still give them. */
const GATES_BY_FORMER_FLAG: ReadonlyMap<string, GateName> = new Map([
  ['experimental-initial-corrupt-check', 'InitialCorruptCheck'],
  ['experimental-compact-hash-check-enabled', 'CompactHashCheck'],
  ['experimental-enable-lease-checkpoint', 'LeaseCheckpoint'],
  ['experimental-enable-lease-checkpoint-persist', 'LeaseCheckpointPersist'],
  ['experimental-stop-grpc-service-on-defrag', 'StopGRPCServiceOnDefrag'],
  ['experimental-txn-mode-write-with-shared-buffer', 'TxnModeWriteWithSharedBuffer'],
]);

const RENAMED: ReadonlySet<string> = new Set([
  'bootstrap-defrag-threshold-megabytes',
  'compact-hash-check-time',
  'compaction-batch-limit',
  'compaction-sleep-interval',
  'corrupt-check-time',
  'distributed-tracing-address',
  'distributed-tracing-instance-id',
  'distributed-tracing-sampling-rate',
  'distributed-tracing-service-name',
  'downgrade-check-time',
  'enable-distributed-tracing',
  'max-learners',
  'memory-mlock',
  'peer-skip-client-san-verification',
  'snapshot-catchup-entries',
  'warning-apply-duration',
  'warning-unary-request-duration',
  'watch-progress-notify-interval',
]);

const PREFIX = 'experimental-';

/** The flags under their former names, for those that are known now. */
export function formerFlags(flags: readonly Flag[]): Flag[] {
  const renamed = flags
    .filter(({ name }) => RENAMED.has(name))
    .map((flag): Flag => ({ ...flag, name: `${PREFIX}${flag.name}` }));
  const switches = [...GATES_BY_FORMER_FLAG].map(
    ([name, gate]) => [name, 'switch', 'false', `Now --feature-gates=${gate}=true.`] as const,
  );
  return [...renamed, ...flagGroup('Features', switches)];
}

/** What takes the place of a former flag, in words; undefined for others. */
export function successorOf(name: string): string | undefined {
  const gate = GATES_BY_FORMER_FLAG.get(name);
  if (gate !== undefined) return `--feature-gates=${gate}=true`;
  const bare = name.slice(PREFIX.length);
  return name.startsWith(PREFIX) && RENAMED.has(bare) ? `--${bare}` : undefined;
}

/** Values under the present names. Where both are given, the present name counts. */
export function withPresentNames(given: ReadonlyMap<string, string>): Map<string, string> {
  const values = new Map(given);
  const gates: string[] = [];
  for (const [name, value] of given) {
    const gate = GATES_BY_FORMER_FLAG.get(name);
    if (gate !== undefined) gates.push(`${gate}=${value}`);
    const bare = name.slice(PREFIX.length);
    if (name.startsWith(PREFIX) && RENAMED.has(bare) && !given.has(bare)) values.set(bare, value);
  }
  if (gates.length > 0) values.set('feature-gates', [...gates, given.get('feature-gates') ?? ''].join(','));
  return values;
}
