import type { PeerService } from '../../member/index.ts';

/** The service of another member, each of whose calls goes through `reach`. */
export function remoteService(
  reach: <Result>(call: (service: PeerService) => Promise<Result>) => Promise<Result>,
): PeerService {
  return {
    leaseRenew: (id) => reach((service) => service.leaseRenew(id)),
    leaseTimeToLive: (request) => reach((service) => service.leaseTimeToLive(request)),
    promote: (id) => reach((service) => service.promote(id)),
    hashKv: (request) => reach((service) => service.hashKv(request)),
    versions: () => reach((service) => service.versions()),
    cluster: () => reach((service) => service.cluster()),
    downgradeEnabled: () => reach((service) => service.downgradeEnabled()),
  };
}
