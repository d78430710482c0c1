import { EXPOSITION_CONTENT_TYPE, type Family, type Figures, formatFamilies } from '../../figures/index.ts';
import type { MemberApi } from '../../member/index.ts';
import type { HttpHandler } from '../http/answer.ts';
import { memberFamilies } from './member-figures.ts';
import { processFamilies } from './process-figures.ts';

/** Where families come from that neither the member nor the process tells of. */
export type MetricsSources = readonly (() => readonly Family[])[];

/** GET /metrics: all there is to tell at this moment. */
export function metricsHandler(member: MemberApi, figures: Figures, others: MetricsSources): HttpHandler {
  for (const code of ['200', '500', '503']) figures.add('promhttp_metric_handler_requests_total', 0, code);
  return async () => {
    figures.add('promhttp_metric_handler_requests_in_flight');
    try {
      const families = [
        ...(await memberFamilies(member)),
        ...figures.families(),
        ...processFamilies(),
        ...others.flatMap((tell) => tell()),
      ];
      figures.add('promhttp_metric_handler_requests_total', 1, '200');
      return { status: 200, headers: { 'content-type': EXPOSITION_CONTENT_TYPE }, body: formatFamilies(families) };
    } finally {
      figures.add('promhttp_metric_handler_requests_in_flight', -1);
    }
  };
}
