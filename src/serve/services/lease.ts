import type { MemberApi } from '../../member/index.ts';
import { lease } from '../../wire/services/lease.ts';
import type { Registrar } from '../registrar.ts';

export function serveLease(routes: Registrar, { lease: api }: MemberApi): void {
  routes.unary(lease.leaseGrant, (request, caller) => api.grant(request, caller));
  routes.unary(lease.leaseRevoke, (request, caller) => api.revoke(request, caller));
  routes.unary(lease.leaseTimeToLive, (request, caller) => api.timeToLive(request, caller));
  routes.bare(lease.leaseLeases, (caller) => api.leases(caller));
  // One at a time and in order, as clients match the answers to their requests.
  routes.duplex(lease.leaseKeepAlive, async (requests, responses, caller) => {
    for await (const { ID } of requests) {
      responses.send(await api.keepAlive(ID, caller));
      await responses.ready();
    }
  });
}
