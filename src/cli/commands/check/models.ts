import { badFeature } from '../../errors.ts';
import { bool, type FlagValues, string } from '../../flags/index.ts';

/** How hard a check works: how many clients, spread over how many threads if the machine has them. */
export interface Model {
  readonly clients: number;
  readonly threads: number;
  /** `check perf`: puts per second that the cluster has to bear. */
  readonly putsPerSecond: number;
  /** `check datascale`: keys to write. */
  readonly keys: number;
}

/** The workloads of etcdctl. One thread of Node bears some 8000 puts a second. */
const models = {
  s: { clients: 50, threads: 1, putsPerSecond: 150, keys: 10_000 },
  m: { clients: 200, threads: 1, putsPerSecond: 1000, keys: 100_000 },
  l: { clients: 500, threads: 3, putsPerSecond: 8000, keys: 1_000_000 },
  xl: { clients: 1000, threads: 4, putsPerSecond: 15_000, keys: 3_000_000 },
} as const satisfies Record<string, Model>;

const byName: ReadonlyMap<string, Model> = new Map([
  ...Object.entries(models),
  ['small', models.s],
  ['medium', models.m],
  ['large', models.l],
  ['xLarge', models.xl],
]);

/** @throws {CliError} exit code 4 */
export function modelOf(load: string): Model {
  const model = byName.get(load);
  if (model === undefined) throw badFeature(`unknown load option ${load}`);
  return model;
}

/** The flags that both checks have. */
export const checkFlags = (defaultPrefix: string) =>
  ({
    load: string('s', 'how hard the check works: s(small), m(medium), l(large), xl(xLarge)', {
      values: ['small', 'medium', 'large', 'xLarge'],
    }),
    prefix: string(defaultPrefix, "prefix of the check's keys, under which there may be none before"),
    autoCompact: bool(false, 'compact the history when the check is done'),
    autoDefrag: bool(false, 'defragment the members when the check is done'),
  }) as const;

export type CheckFlags = FlagValues<ReturnType<typeof checkFlags>>;
