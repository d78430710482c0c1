import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Message } from '../raft/index.ts';
import { decodeMessage } from './codec/raft-message.ts';
import { MessageStreamDecoder } from './codec/message-stream.ts';
import { MAX_MESSAGE_BYTES } from './codec/streams.ts';
import { PeerError } from './errors.ts';
import { formatId } from '../base/member-ids.ts';
import { header, incompatibility, parseId, PATHS } from './headers.ts';
import type { StreamName } from './peer.ts';
import { answer, type Host } from './host.ts';
import { readAll } from './request.ts';
import { answerService } from './service-handler.ts';

/** The message at the head of a snapshot, which holds no more than the membership, may be so long. */
const MAX_SNAPSHOT_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Answers a request to a peer URL. What goes wrong is answered, too. */
export async function handlePeerRequest(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  try {
    if (path.startsWith(PATHS.stream)) return openStream(host, path, request, response);
    if (path === PATHS.pipeline) return await takePosted(host, request, response);
    if (path === PATHS.snapshot) return await takeSnapshot(host, request, response);
    if (path === PATHS.probing) return answer(response, 200, `{"OK":true,"Now":${JSON.stringify(new Date())}}\n`);
    await answerService(host, path, request, response);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.log({ level: 'warn', message: 'failed to answer a peer', fields: { path, error: reason } });
    if (!response.headersSent) answer(response, error instanceof PeerError ? 400 : 500, reason);
    else response.destroy();
  }
}

/** Whether the request comes from a member of this cluster with a version that goes with this one. */
function isCompatible(host: Host, request: IncomingMessage, response: ServerResponse): boolean {
  const speaker = host.speaker();
  response.setHeader('X-Etcd-Cluster-ID', formatId(speaker.clusterId));
  const reason = incompatibility(request.headers, speaker);
  if (reason === undefined) return true;
  const from = header(request.headers, 'X-Server-From');
  const fields = { 'remote-peer-id': from, error: reason, 'local-member-id': formatId(speaker.id) };
  host.log({ level: 'warn', message: 'request from a peer was ignored', fields });
  answer(response, 412, reason);
  return false;
}

function allows(method: string, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === method) return true;
  response.setHeader('Allow', method);
  answer(response, 405, 'Method Not Allowed');
  return false;
}

/** The peer wants to hear from this member: the answer stays open, and messages are written to it. */
function openStream(host: Host, path: string, request: IncomingMessage, response: ServerResponse): void {
  if (!allows('GET', request, response)) return;
  const speaker = host.speaker();
  response.setHeader('X-Server-Version', speaker.version);
  if (!isCompatible(host, request, response)) return;
  const [, name = '', fromText = ''] = /^\/raft\/stream\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (!isStreamName(name)) return answer(response, 404, 'invalid path');
  const from = parseId(fromText);
  if (from === undefined) return answer(response, 404, 'invalid from');
  if (host.isRemoved(from)) return answer(response, 410, 'removed member');
  const peer = host.peer(from);
  if (peer === undefined) return answer(response, 404, 'error sender not found');
  if (header(request.headers, 'X-Raft-To') !== formatId(speaker.id)) return answer(response, 412, 'to field mismatch');
  response.writeHead(200);
  response.flushHeaders();
  peer.attach(name, response);
}

const isStreamName = (name: string): name is StreamName => name === 'msgapp' || name === 'message';

async function takePosted(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!allows('POST', request, response) || !isCompatible(host, request, response)) return;
  const body = await readAll(request, MAX_MESSAGE_BYTES);
  const m = decodeMessage(body);
  if (refuses(host, m, response)) return;
  host.peer(m.from)?.status.figures.received(body.length);
  host.receiver.message(m);
  response.writeHead(204).end();
}

/** Messages of members that were removed do not reach raft. */
function refuses(host: Host, m: Message, response: ServerResponse): boolean {
  if (!host.isRemoved(m.from)) return false;
  answer(response, 403, 'cannot process message from removed member');
  return true;
}

async function takeSnapshot(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!allows('POST', request, response) || !isCompatible(host, request, response)) return;
  const body = request[Symbol.asyncIterator]();
  const head = new MessageStreamDecoder(MAX_SNAPSHOT_MESSAGE_BYTES);
  let m = head.next();
  while (m === undefined) {
    const { done, value } = await body.next();
    if (done === true) throw new PeerError('malformed', 'failed to decode raft message (unexpected EOF)');
    head.push(value);
    m = head.next();
  }
  if (m.type !== 'MsgSnap') return answer(response, 400, 'wrong raft message type');
  if (refuses(host, m, response)) return;
  const figures = host.peer(m.from)?.status.figures;
  const rest = counted(theRest(head.rest(), body), (bytes) => figures?.received(bytes));
  const receive = (): Promise<void> => host.receiver.snapshot(m, rest);
  await (figures?.receivingSnapshot(host.clock, receive) ?? receive());
  response.writeHead(204).end();
}

async function* counted(pieces: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    count(piece.length);
    yield piece;
  }
}

async function* theRest(first: readonly Uint8Array[], body: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  for (let next = await body.next(); next.done !== true; next = await body.next()) yield next.value;
}
