import { type Clock, secondsSince } from '../../base/index.ts';
import type { Figures } from '../../figures/index.ts';
import type { Responses, Requests } from '../../grpc/server/index.ts';
import type { MemberApi } from '../../member/index.ts';
import type { WatchRequest, WatchResponse } from '../../wire/index.ts';
import { watch } from '../../wire/services/watch.ts';
import type { Registrar, StreamCaller } from '../registrar.ts';

interface Meters {
  readonly clock: Clock;
  readonly figures: Figures;
}

export function serveWatch(routes: Registrar, member: MemberApi, meters: Meters): void {
  routes.duplex(watch.watch, (requests, responses, caller) =>
    runWatch(member, requests, measured(responses, meters), caller),
  );
}

/** Lives until the client goes or the member ends it: a client that only half-closes goes on watching. */
function runWatch(
  member: MemberApi,
  requests: Requests<WatchRequest>,
  responses: Pick<Responses<WatchResponse>, 'isReady' | 'send' | 'onReady'>,
  caller: StreamCaller,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = member.watch(caller, {
      isReady: () => responses.isReady,
      send: (response) => responses.send(response),
      end: (error) => (error === undefined ? resolve() : reject(error)),
    });
    const close = (): void => {
      session.close();
      resolve();
    };
    if (caller.signal.aborted) return close();
    caller.signal.addEventListener('abort', close, { once: true });
    responses.onReady(() => session.drained());
    const read = async (): Promise<void> => {
      for await (const request of requests) session.request(request);
    };
    read().catch(reject);
  });
}

/** Takes how long it is to send each kind of response. */
function measured(
  responses: Responses<WatchResponse>,
  { clock, figures }: Meters,
): Pick<Responses<WatchResponse>, 'isReady' | 'send' | 'onReady'> {
  return {
    get isReady() {
      return responses.isReady;
    },
    onReady: (listener) => responses.onReady(listener),
    send(response) {
      const sinceMs = clock.nowMs();
      responses.send(response);
      const seconds = secondsSince(clock, sinceMs);
      const { events, created, canceled } = response;
      if (events.length > 0) {
        figures.observe('etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds', seconds);
        figures.observe(
          'etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds',
          seconds / events.length,
        );
      } else if (created || canceled) {
        figures.observe('etcd_debugging_server_watch_send_loop_control_stream_duration_seconds', seconds);
      } else {
        figures.observe('etcd_debugging_server_watch_send_loop_progress_duration_seconds', seconds);
      }
    },
  };
}
