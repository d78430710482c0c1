import type { ServerResponse } from 'node:http';
import type { Clock, LogSink } from '../base/index.ts';
import type { PeerReceiver } from '../member/index.ts';
import type { Speaker } from './headers.ts';
import type { Peer } from './peer.ts';

/** The member that requests are for. */
export interface Host {
  readonly speaker: () => Speaker;
  readonly receiver: PeerReceiver;
  readonly peer: (id: bigint) => Peer | undefined;
  readonly isRemoved: (id: bigint) => boolean;
  readonly log: LogSink;
  readonly clock: Clock;
}

/** Plain text, as Go's http.Error writes it. */
export function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
