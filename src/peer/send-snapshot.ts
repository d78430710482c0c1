import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import type { LogSink } from '../base/index.ts';
import type { SnapshotImage } from '../member/index.ts';
import type { Message } from '../raft/index.ts';
import { frameMessage } from './codec/message-stream.ts';
import { formatId } from '../base/member-ids.ts';
import { PATHS, requestHeaders, type Speaker } from './headers.ts';
import { checkPosted } from './pipeline.ts';
import { type Dialer, readAll } from './request.ts';
import type { PeerUrls } from './urls.ts';

export interface SnapshotRoute {
  readonly dialer: Dialer;
  readonly urls: PeerUrls;
  readonly speaker: () => Speaker;
  readonly log: LogSink;
}

/**
 * Posts a `MsgSnap` with the database behind it. Resolves when the peer has stored and taken it in.
 * @throws PeerError
 */
export async function sendSnapshot(route: SnapshotRoute, m: Message, image: SnapshotImage): Promise<void> {
  const { dialer, urls, speaker, log } = route;
  const url = urls.pick();
  const fields = {
    'snapshot-index': m.snapshot?.index ?? 0n,
    'remote-peer-id': formatId(m.to),
    bytes: image.sizeBytes,
  };
  log({ level: 'info', message: 'sending database snapshot', fields });
  try {
    const headers = { ...requestHeaders(speaker()), 'Content-Type': 'application/octet-stream' };
    const response = await dialer.send({ method: 'POST', url, path: PATHS.snapshot, headers }, async (request) =>
      writeBody(request, m, image),
    );
    checkPosted({ status: response.statusCode ?? 0, text: await readAll(response, 1 << 20) });
    log({ level: 'info', message: 'sent database snapshot', fields });
  } catch (error) {
    urls.failed(url);
    const reason = error instanceof Error ? error.message : String(error);
    log({ level: 'warn', message: 'failed to send database snapshot', fields: { ...fields, error: reason } });
    throw error;
  }
}

async function writeBody(request: ClientRequest, m: Message, image: SnapshotImage): Promise<void> {
  const gone = once(request, 'close');
  for (const part of frameMessage(m)) request.write(part);
  for await (const chunk of image.chunks) {
    if (request.destroyed) return;
    // A body of gigabytes leaves at the pace at which the peer takes it.
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), gone]);
  }
  request.end();
}
