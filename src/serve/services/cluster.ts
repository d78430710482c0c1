import type { MemberApi } from '../../member/index.ts';
import { cluster } from '../../wire/services/cluster.ts';
import type { Registrar } from '../registrar.ts';

export function serveCluster(routes: Registrar, { cluster: api }: MemberApi): void {
  routes.unary(cluster.memberList, (request, caller) => api.list(request, caller));
  routes.unary(cluster.memberAdd, (request, caller) => api.add(request, caller));
  routes.unary(cluster.memberRemove, (request, caller) => api.remove(request, caller));
  routes.unary(cluster.memberUpdate, (request, caller) => api.update(request, caller));
  routes.unary(cluster.memberPromote, (request, caller) => api.promote(request, caller));
}
