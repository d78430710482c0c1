import { refuse } from '../wire/etcd-error.ts';
import { toInfo } from './membership/record.ts';
import type { PeerReceiver, PeerService } from './network.ts';
import { promoteHere } from './rpc/cluster.ts';
import type { RpcContext } from './rpc/context.ts';
import { renewHere, timeToLiveHere } from './rpc/lease.ts';
import { hashKv } from './rpc/maintenance.ts';
import { formatVersion } from './versions.ts';

/** What this member answers the others. */
export function peerService(context: RpcContext): PeerService {
  const { core } = context;
  return {
    async leaseRenew(id) {
      if (!core.leadership.isSelf) throw refuse.notLeader();
      const ttl = await renewHere(context, id);
      if (ttl === undefined) throw refuse.notLeader();
      return ttl;
    },
    async leaseTimeToLive(request) {
      if (!core.leadership.isSelf) throw refuse.notLeader();
      return timeToLiveHere(context, request);
    },
    async promote(id) {
      if (!core.leadership.isSelf) throw refuse.notLeader();
      return (await promoteHere(context, id, {})).map(toInfo);
    },
    async hashKv({ revision }) {
      await core.untilCommittedIsApplied();
      return hashKv(context, revision);
    },
    versions() {
      const { roster, storageVersion } = context.state;
      const cluster = roster.version ? formatVersion(roster.version) : '';
      return Promise.resolve({ server: core.limits.version, cluster, storage: storageVersion });
    },
    cluster() {
      const { clusterId, roster } = context.state;
      return Promise.resolve({ clusterId, members: roster.members.map(toInfo) });
    },
    async downgradeEnabled() {
      await core.reads.catchUp();
      return context.state.roster.downgrade.enabled;
    },
  };
}

/** Answers of one that is not there yet. */
export const NO_SERVICE: PeerReceiver['service'] = {
  leaseRenew: () => Promise.reject(refuse.stopped()),
  leaseTimeToLive: () => Promise.reject(refuse.stopped()),
  promote: () => Promise.reject(refuse.stopped()),
  hashKv: () => Promise.reject(refuse.stopped()),
  versions: () => Promise.reject(refuse.stopped()),
  cluster: () => Promise.reject(refuse.stopped()),
  downgradeEnabled: () => Promise.reject(refuse.stopped()),
};
