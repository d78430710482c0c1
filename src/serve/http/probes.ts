import { messageOf } from '../../base/index.ts';
import type { Counters } from '../metrics/counters.ts';
import { failure, getOnly, type HttpHandler, text } from './answer.ts';
import { alarmName, type MemberChecks } from './member-checks.ts';

/** Throws with the reason when something is wrong. */
type Check = () => Promise<void>;

/** The handlers of /livez and /readyz, and of each of their checks by itself, by path. */
export function probeHandlers(checks: MemberChecks, counters: Counters): Map<string, HttpHandler> {
  const read = (serializable: boolean): Check => {
    return async () => {
      const failed = await checks.readFailure(serializable);
      if (failed !== undefined) throw new Error(failed);
    };
  };
  const groups: Record<string, Record<string, Check>> = {
    livez: { serializable_read: read(true) },
    readyz: {
      data_corruption: async () => {
        const isCorrupt = (await checks.alarms()).some((alarm) => alarmName(alarm) === 'CORRUPT');
        if (isCorrupt) throw new Error('alarm activated: CORRUPT');
      },
      serializable_read: read(true),
      linearizable_read: read(false),
      non_learner: () =>
        checks.isLearner ? Promise.reject(new Error('not supported for learner')) : Promise.resolve(),
    },
  };
  const handlers = new Map<string, HttpHandler>();
  for (const [type, group] of Object.entries(groups)) {
    handlers.set(`/${type}`, probe({ type, group, counters }, Object.keys(group)));
    for (const name of Object.keys(group))
      handlers.set(`/${type}/${name}`, probe({ type, group, counters }, [name], false));
  }
  return handlers;
}

interface Probe {
  readonly type: string;
  readonly group: Readonly<Record<string, Check>>;
  readonly counters: Counters;
}

/** `verbose` lists the checks that passed too; `exclude=name` leaves one away where there are several. */
function probe({ type, group, counters }: Probe, names: readonly string[], canExclude = true): HttpHandler {
  return getOnly(async ({ query }) => {
    const excluded = new Set(canExclude ? query.getAll('exclude') : []);
    const wanted = names.filter((name) => !excluded.has(name));
    const results = await Promise.all(wanted.map((name) => runCheck(type, name, group[name], counters)));
    const lines = results.map(({ line }) => line).join('');
    if (results.some(({ isGood }) => !isGood)) return failure(503, lines);
    const answer = text(`${query.has('verbose') ? lines : ''}ok\n`);
    return { ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } };
  });
}

async function runCheck(
  type: string,
  name: string,
  check: Check | undefined,
  counters: Counters,
): Promise<{ readonly isGood: boolean; readonly line: string }> {
  const count = (status: 'success' | 'error'): void => {
    counters.add('etcd_server_healthchecks_total', { type, name, status });
    counters.set('etcd_server_healthcheck', { type, name }, status === 'success' ? 1 : 0);
  };
  try {
    await check?.();
    count('success');
    return { isGood: true, line: `[+]${name} ok\n` };
  } catch (error) {
    count('error');
    return { isGood: false, line: `[-]${name} failed: ${messageOf(error)}\n` };
  }
}
