import type { PeerService, RemoteCluster } from '../member/index.ts';
import { EtcdError, refuse } from '../wire/etcd-error.ts';
import {
  LeaseInternalRequest,
  LeaseInternalResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../wire/peer.ts';
import { PeerError } from './errors.ts';
import { header, parseId, PATHS, requestHeaders, type Speaker } from './headers.ts';
import { formatHashRequest, parseHash, parseMembers, parseVersions } from './json.ts';
import { type Answer, type Dialer, readAll } from './request.ts';
import type { PeerUrls } from './urls.ts';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A plain request to one of a peer's URLs. */
type Ask = (method: 'GET' | 'POST', path: string, body?: Uint8Array, type?: string) => Promise<Answer>;

function asking(dialer: Dialer, urls: PeerUrls, speaker: () => Speaker): Ask {
  return async (method, path, body, type) => {
    const url = urls.pick();
    const headers = { ...requestHeaders(speaker()), ...(type !== undefined && { 'Content-Type': type }) };
    try {
      return await dialer.exchange({ method, url, path, headers }, body, MAX_ANSWER_BYTES);
    } catch (error) {
      urls.failed(url);
      throw error;
    }
  };
}

/** What a peer answers outside of raft, in etcd's requests. */
export function askPeer(dialer: Dialer, urls: PeerUrls, speaker: () => Speaker): PeerService {
  const ask = asking(dialer, urls, speaker);
  return {
    async leaseRenew(id) {
      const body = LeaseKeepAliveRequest.encode({ ID: id }).finish();
      const answer = await ask('POST', PATHS.leases, body, 'application/protobuf');
      return LeaseKeepAliveResponse.decode(leaseAnswer(answer)).TTL;
    },
    async leaseTimeToLive(request) {
      const inner = LeaseTimeToLiveRequest.encode(request).finish();
      const body = LeaseInternalRequest.encode({ lease_time_to_live_request: inner }).finish();
      const answer = await ask('POST', PATHS.leasesInternal, body, 'application/protobuf');
      return LeaseTimeToLiveResponse.decode(
        LeaseInternalResponse.decode(leaseAnswer(answer)).lease_time_to_live_response,
      );
    },
    async promote(id) {
      const answer = await ask('POST', `${PATHS.promote}${id}`);
      if (answer.status !== 200) throw promoteRefusal(answer);
      return parseMembers(answer.text.toString());
    },
    async hashKv({ revision }) {
      const body = new TextEncoder().encode(formatHashRequest(revision));
      const answer = await ask('GET', PATHS.hashKv, body, 'application/json');
      if (answer.status !== 200) throw hashRefusal(answer);
      return parseHash(answer.text.toString());
    },
    versions: async () => parseVersions(success(await ask('GET', PATHS.version)).toString()),
    cluster: async () => askCluster(dialer, urls.pick()),
    downgradeEnabled: async () =>
      success(await ask('GET', PATHS.downgrade))
        .toString()
        .trim() === 'true',
  };
}

/** The members that someone at this URL knows of. Asked by members that are not in the cluster yet. @throws PeerError */
export async function askCluster(dialer: Dialer, url: string): Promise<RemoteCluster> {
  const outgoing = { method: 'GET', url, path: PATHS.members, headers: {} } as const;
  const response = await dialer.send(outgoing, async (request) => void request.end());
  const text = await readAll(response, MAX_ANSWER_BYTES);
  success({ status: response.statusCode ?? 0, text });
  const clusterId = parseId(header(response.headers, 'X-Etcd-Cluster-ID'));
  if (clusterId === undefined) throw new PeerError('malformed', `${url} tells no cluster id`);
  return { clusterId, members: parseMembers(text.toString()) };
}

function success({ status, text }: Answer): Buffer {
  if (status !== 200) throw new PeerError('refused', text.toString().trim() || `http status ${status}`);
  return text;
}

function leaseAnswer({ status, text }: Answer): Buffer {
  if (status === 200) return text;
  if (status === 404) throw refuse.leaseNotFound();
  if (status === 408) throw refuse.timeout();
  const reason = text.toString().trim();
  throw reason.includes('not primary') ? refuse.notLeader() : new PeerError('refused', reason);
}

function promoteRefusal({ status, text }: Answer): EtcdError | PeerError {
  const reason = text.toString().trim();
  if (status === 404) return refuse.memberNotFound();
  if (status === 412) return reason.includes('in sync') ? refuse.learnerNotReady() : refuse.memberNotLearner();
  if (status === 503 || status === 408) return refuse.timeout();
  return new PeerError('refused', reason || `http status ${status}`);
}

function hashRefusal({ status, text }: Answer): EtcdError | PeerError {
  const reason = text.toString().trim();
  if (status === 412) return refuse.clusterIdMismatch();
  if (reason.includes('has been compacted')) return refuse.compacted();
  if (reason.includes('is a future revision')) return refuse.futureRevision();
  return new PeerError('refused', reason || `http status ${status}`);
}
