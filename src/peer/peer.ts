import type { Clock, LogSink } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { PeerReceiver } from '../member/index.ts';
import type { Message } from '../raft/index.ts';
import type { ServerResponse } from 'node:http';
import { AppendStreamDecoder, AppendStreamEncoder } from './codec/append-stream.ts';
import { messageStreamEncoder, MessageStreamDecoder } from './codec/message-stream.ts';
import type { Speaker } from './headers.ts';
import { PeerFigures } from './peer-figures.ts';
import { Pipeline } from './pipeline.ts';
import { Prober } from './prober.ts';
import type { Dialer } from './request.ts';
import { PeerStatus } from './status.ts';
import { StreamReader } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';
import { PeerUrls } from './urls.ts';

export interface PeerOptions {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
  readonly speaker: () => Speaker;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly receiver: PeerReceiver;
  readonly streamHeartbeatMs: number;
}

export type StreamName = 'msgapp' | 'message';

/** All connections with one other member. */
export class Peer {
  readonly id: bigint;
  readonly urls: PeerUrls;
  readonly status: PeerStatus;
  readonly #readers: readonly StreamReader[];
  readonly #writers: Readonly<Record<StreamName, StreamWriter>>;
  readonly #pipeline: Pipeline;
  readonly #prober: Prober;

  constructor(options: PeerOptions) {
    const { id, speaker, dialer, clock, receiver } = options;
    this.id = id;
    this.urls = new PeerUrls(options.peerUrls);
    const figures = new PeerFigures(options.figures, speaker().id, id);
    this.status = new PeerStatus(clock, options.log, figures, speaker().id, id);
    this.#prober = new Prober({ clock, dialer, urls: this.urls, figures });
    const common = { speaker, dialer, clock, urls: this.urls, status: this.status };
    const lost = (): void => receiver.unreachable(id);
    const removed = (): void => receiver.removed();
    const receive = (m: Message): void => receiver.message(m);
    const writer = (name: StreamName, makeEncoder: () => AppendStreamEncoder | typeof messageStreamEncoder) =>
      new StreamWriter({ name, clock, status: this.status, heartbeatMs: options.streamHeartbeatMs, makeEncoder, lost });
    this.#writers = {
      msgapp: writer('msgapp', () => new AppendStreamEncoder()),
      message: writer('message', () => messageStreamEncoder),
    };
    this.#pipeline = new Pipeline({ ...common, lost, removed });
    const reader = { ...common, peerId: id, receive, removed };
    this.#readers = [
      new StreamReader({ ...reader, name: 'msgapp', makeDecoder: () => new AppendStreamDecoder(id, speaker().id) }),
      new StreamReader({ ...reader, name: 'message', makeDecoder: () => new MessageStreamDecoder() }),
    ];
  }

  /** Appends go on a stream of their own, in which they take the least room; a post carries what no stream takes. */
  send(m: Message): void {
    if (m.type === 'MsgApp' && this.#writers.msgapp.send(m)) return;
    if (this.#writers.message.send(m)) return;
    this.#pipeline.send(m);
  }

  /** Takes a stream that the peer has opened. */
  attach(name: StreamName, response: ServerResponse): void {
    this.#writers[name].attach(response);
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
    for (const writer of Object.values(this.#writers)) writer.detach();
    this.#pipeline.close();
    this.#prober.close();
  }
}
