import { type Clock, formatJson, messageOf } from '../../base/index.ts';
import { formatId } from '../../base/member-ids.ts';
import type { MemberApi } from '../../member/index.ts';
import type { Figures } from '../../figures/index.ts';
import { metricsHandler, type MetricsSources } from '../metrics/handler.ts';
import { failure, getOnly, type HttpAnswer, type HttpHandler, notFound, text } from './answer.ts';
import { healthHandler } from './health.ts';
import { MemberChecks } from './member-checks.ts';
import { probeHandlers } from './probes.ts';

/** Answers a request by its method and target; never throws. */
export type HttpRouter = (method: string, target: string) => Promise<HttpAnswer>;

export function makeRouter(member: MemberApi, clock: Clock, figures: Figures, others: MetricsSources): HttpRouter {
  const checks = new MemberChecks(member, clock);
  const handlers = new Map<string, HttpHandler>([
    ['/health', healthHandler(checks, figures)],
    ...probeHandlers(checks, figures),
    ['/version', getOnly(() => version(member))],
    ['/debug/vars', getOnly(() => variables(member))],
    ['/metrics', metricsHandler(member, figures, others)],
  ]);
  return async (method, target) => {
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    if (method === 'OPTIONS') return text('');
    try {
      return (await handlers.get(path)?.({ method, path, query })) ?? notFound;
    } catch (error) {
      return failure(503, messageOf(error));
    }
  };
}

const METRICS_PATHS = /^\/(metrics|health|livez|readyz)(\/|\?|$)/;

/** What is answered where only metrics are asked for (etcd's --listen-metrics-urls). */
export const metricsOnly =
  (route: HttpRouter): HttpRouter =>
  (method, target) =>
    METRICS_PATHS.test(target) ? route(method, target) : Promise.resolve(notFound);

/** What Go's expvar shows, as far as there is anything like it. */
async function variables(member: MemberApi): Promise<HttpAnswer> {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  const { member_id: id, raft_term: term } = member.header();
  const { leader, raftAppliedIndex, raftIndex } = await member.maintenance.status({ asRoot: true });
  const body = formatJson({
    memstats: { Sys: rss, HeapSys: heapTotal, HeapInuse: heapUsed },
    'raft.status': {
      id: formatId(id),
      term,
      lead: formatId(leader),
      commit: raftIndex,
      applied: raftAppliedIndex,
    },
  });
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${body}\n` };
}

async function version(member: MemberApi): Promise<HttpAnswer> {
  const status = await member.maintenance.status({ asRoot: true });
  const body = JSON.stringify({
    etcdserver: status.version,
    etcdcluster: member.clusterVersion?.() ?? 'not_decided',
    storage: status.storageVersion === '' ? 'unknown' : status.storageVersion,
  });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}
