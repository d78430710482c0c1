import type { Figures } from '../../figures/index.ts';
import { alarmName } from '../../member/index.ts';
import { failure, getOnly, type HttpHandler, text } from './answer.ts';
import type { MemberChecks } from './member-checks.ts';

/** GET /health: `exclude=NOSPACE` looks over an alarm, `serializable=true` asks this member alone. */
export function healthHandler(checks: MemberChecks, figures: Figures): HttpHandler {
  return getOnly(async ({ query }) => {
    const reason = await findTrouble(checks, new Set(query.getAll('exclude')), query.get('serializable') === 'true');
    const isHealthy = reason === undefined;
    figures.add(isHealthy ? 'etcd_server_health_success' : 'etcd_server_health_failures');
    const body = JSON.stringify({ health: String(isHealthy), reason: reason ?? '' });
    return isHealthy ? text(body) : failure(503, body);
  });
}

async function findTrouble(
  checks: MemberChecks,
  excluded: ReadonlySet<string>,
  serializable: boolean,
): Promise<string | undefined> {
  const raised = checks.alarms.map(({ alarm }) => alarmName(alarm) ?? 'UNKNOWN');
  const name = raised.find((alarm) => !excluded.has(alarm));
  if (name !== undefined) return `ALARM ${name}`;
  if (!serializable && !checks.hasLeader) return 'RAFT NO LEADER';
  const failed = await checks.readFailure(serializable);
  return failed === undefined ? undefined : `RANGE ERROR:${failed}`;
}
