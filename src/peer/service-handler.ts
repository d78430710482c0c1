import type { IncomingMessage, ServerResponse } from 'node:http';
import { EtcdError } from '../wire/etcd-error.ts';
import {
  LeaseInternalRequest,
  LeaseInternalResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../wire/peer.ts';
import { answer, type Host } from './host.ts';
import { formatId } from '../base/member-ids.ts';
import { CLUSTER_MISMATCH, header, PATHS } from './headers.ts';
import { formatHash, formatMembers, formatVersions, parseHashRequest } from './json.ts';
import { readAll } from './request.ts';

/** Requests about a lease carry an id and a flag. */
const MAX_REQUEST_BYTES = 64 * 1024;

type Route = (host: Host, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers what members ask outside of raft. */
export async function answerService(
  host: Host,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = path.startsWith(PATHS.promote) ? promote : ROUTES[path];
  if (route === undefined) return answer(response, 404, '404 page not found');
  const method = path === PATHS.leases || path === PATHS.leasesInternal || route === promote ? 'POST' : 'GET';
  if (request.method !== method) {
    response.setHeader('Allow', method);
    return answer(response, 405, 'Method Not Allowed');
  }
  response.setHeader('X-Etcd-Cluster-ID', formatId(host.speaker().clusterId));
  try {
    await route(host, request, response);
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error;
    answer(response, STATUS_OF[error.message] ?? 400, error.message);
  }
}

const STATUS_OF: Readonly<Record<string, number>> = {
  'etcdserver: requested lease not found': 404,
  'etcdserver: request timed out': 408,
  'etcdserver: member not found': 404,
  'etcdserver: can only promote a learner member': 412,
  'etcdserver: can only promote a learner member which is in sync with leader': 412,
};

const json = (response: ServerResponse, text: string): void =>
  void response.writeHead(200, { 'Content-Type': 'application/json' }).end(text);

const protobuf = (response: ServerResponse, bytes: Uint8Array): void =>
  void response.writeHead(200, { 'Content-Type': 'application/protobuf' }).end(bytes);

async function promote({ receiver }: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = (request.url ?? '').slice(PATHS.promote.length);
  if (!/^\d{1,20}$/.test(text)) return answer(response, 404, `member ${text} not found in cluster`);
  json(response, formatMembers(await receiver.service.promote(BigInt(text))));
}

const ROUTES: Readonly<Record<string, Route>> = {
  [PATHS.members]: async ({ receiver }, _request, response) =>
    json(response, formatMembers((await receiver.service.cluster()).members)),

  [PATHS.version]: async ({ receiver }, _request, response) =>
    json(response, formatVersions(await receiver.service.versions())),

  [PATHS.downgrade]: async ({ receiver }, _request, response) =>
    void response
      .writeHead(200, { 'Content-Type': 'text/plain' })
      .end(String(await receiver.service.downgradeEnabled())),

  [PATHS.hashKv]: async ({ receiver, speaker }, request, response) => {
    const asked = header(request.headers, 'X-Etcd-Cluster-ID');
    if (asked !== '' && asked !== formatId(speaker().clusterId)) return answer(response, 412, CLUSTER_MISMATCH);
    const revision = parseHashRequest((await readAll(request, MAX_REQUEST_BYTES)).toString());
    json(response, formatHash(await receiver.service.hashKv({ revision })));
  },

  [PATHS.leases]: async ({ receiver }, request, response) => {
    const { ID } = LeaseKeepAliveRequest.decode(await readAll(request, MAX_REQUEST_BYTES));
    const TTL = await receiver.service.leaseRenew(ID);
    protobuf(response, LeaseKeepAliveResponse.encode({ header: undefined, ID, TTL }).finish());
  },

  [PATHS.leasesInternal]: async ({ receiver }, request, response) => {
    const body = LeaseInternalRequest.decode(await readAll(request, MAX_REQUEST_BYTES));
    const asked = LeaseTimeToLiveRequest.decode(body.lease_time_to_live_request);
    const answered = LeaseTimeToLiveResponse.encode(await receiver.service.leaseTimeToLive(asked)).finish();
    protobuf(response, LeaseInternalResponse.encode({ lease_time_to_live_response: answered }).finish());
  },
};
