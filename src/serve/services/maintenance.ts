import type { MemberApi } from '../../member/index.ts';
import { maintenance } from '../../wire/services/maintenance.ts';
import type { Registrar } from '../registrar.ts';
import { sendSnapshot } from './snapshot.ts';

export function serveMaintenance(routes: Registrar, { maintenance: api }: MemberApi): void {
  routes.unary(maintenance.alarm, (request, caller) => api.alarm(request, caller));
  routes.bare(maintenance.status, (caller) => api.status(caller));
  routes.bare(maintenance.defragment, (caller) => api.defragment(caller));
  routes.bare(maintenance.hash, (caller) => api.hash(caller));
  routes.unary(maintenance.hashKV, (request, caller) => api.hashKv(request, caller));
  routes.unary(maintenance.moveLeader, (request, caller) => api.moveLeader(request, caller));
  routes.unary(maintenance.downgrade, (request, caller) => api.downgrade(request, caller));
  routes.serverStream(maintenance.snapshot, async (_request, responses, caller) => {
    await sendSnapshot(await api.snapshot(caller), responses);
  });
}
