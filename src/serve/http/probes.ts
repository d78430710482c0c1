import { messageOf } from '../../base/index.ts';
import type { Figures } from '../../figures/index.ts';
import { alarmName } from '../../member/index.ts';
import { failure, getOnly, type HttpHandler, text } from './answer.ts';
import type { MemberChecks } from './member-checks.ts';

/** Throws with the reason when something is wrong. */
type Check = () => Promise<void>;

/** The handlers of /livez and /readyz, and of each of their checks by itself, by path. */
export function probeHandlers(checks: MemberChecks, figures: Figures): Map<string, HttpHandler> {
  const read = (serializable: boolean): Check => {
    return async () => {
      const failed = await checks.readFailure(serializable);
      if (failed !== undefined) throw new Error(failed);
    };
  };
  const groups: Record<string, Record<string, Check>> = {
    livez: { serializable_read: read(true) },
    readyz: {
      data_corruption: () =>
        checks.alarms.some(({ alarm }) => alarmName(alarm) === 'CORRUPT')
          ? Promise.reject(new Error('alarm activated: CORRUPT'))
          : Promise.resolve(),
      serializable_read: read(true),
      linearizable_read: read(false),
      non_learner: () =>
        checks.isLearner ? Promise.reject(new Error('not supported for learner')) : Promise.resolve(),
    },
  };
  const handlers = new Map<string, HttpHandler>();
  for (const [type, group] of Object.entries(groups)) {
    handlers.set(`/${type}`, probe({ type, group, figures }, Object.keys(group)));
    for (const name of Object.keys(group))
      handlers.set(`/${type}/${name}`, probe({ type, group, figures }, [name], false));
  }
  return handlers;
}

interface Probe {
  readonly type: string;
  readonly group: Readonly<Record<string, Check>>;
  readonly figures: Figures;
}

/** `verbose` lists the checks that passed too; `exclude=name` leaves one away where there are several. */
function probe({ type, group, figures }: Probe, names: readonly string[], canExclude = true): HttpHandler {
  return getOnly(async ({ query }) => {
    const excluded = new Set(canExclude ? query.getAll('exclude') : []);
    const wanted = names.filter((name) => !excluded.has(name));
    const results = await Promise.all(wanted.map((name) => runCheck(type, name, group[name], figures)));
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
  figures: Figures,
): Promise<{ readonly isGood: boolean; readonly line: string }> {
  const count = (status: 'success' | 'error'): void => {
    figures.add('etcd_server_healthchecks_total', 1, type, name, status);
    figures.set('etcd_server_healthcheck', status === 'success' ? 1 : 0, type, name);
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
