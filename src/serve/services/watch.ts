import type { Responses, Requests } from '../../grpc/server/index.ts';
import type { MemberApi } from '../../member/index.ts';
import type { WatchRequest, WatchResponse } from '../../wire/index.ts';
import { watch } from '../../wire/services/watch.ts';
import type { Registrar, StreamCaller } from '../registrar.ts';

export function serveWatch(routes: Registrar, member: MemberApi): void {
  routes.duplex(watch.watch, (requests, responses, caller) => runWatch(member, requests, responses, caller));
}

/** Lives until the client goes or the member ends it: a client that only half-closes goes on watching. */
function runWatch(
  member: MemberApi,
  requests: Requests<WatchRequest>,
  responses: Responses<WatchResponse>,
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
