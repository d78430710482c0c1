import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { WatchRequest } from '../../wire/index.ts';
import type { WatchSession } from '../../mvcc/index.ts';
import type { MemberApi } from '../api.ts';
import type { RpcContext } from './context.ts';

/** How much larger than a request a response may be before it is sent in fragments. */
const OVERHEAD_BYTES = 512 * 1024;
const RANDOM_STEPS = 1_000_000;

/** What etcd tells a watcher; all else is a missing permission to it. */
const TOLD: ReadonlySet<string> = new Set(
  [refuse.invalidAuthToken(), refuse.authOldRevision(), refuse.userEmpty()].map(({ message }) => message),
);

/** A watch stream. Whether a caller may watch is asked anew for every watcher. */
export function openWatch(
  context: RpcContext,
  randomInt: (bound: number) => number,
  ...[caller, sink]: Parameters<MemberApi['watch']>
): WatchSession {
  const { core } = context;
  context.refuseLearner();
  const session = context.state.store.openWatch({
    sink,
    header: () => context.state.header(),
    mayWatch(key, rangeEnd) {
      try {
        const identity = context.identifyAgain(caller);
        context.state.auth.access.checkWatch(identity, { key, range_end: rangeEnd });
        return undefined;
      } catch (error) {
        if (!(error instanceof EtcdError)) throw error;
        return TOLD.has(error.message) ? error : refuse.permissionDenied();
      }
    },
    progressIntervalMs: core.limits.watchProgressIntervalMs,
    maxResponseBytes: core.limits.maxRequestBytes + OVERHEAD_BYTES,
    mostWaiting: core.limits.watchQueueResponses,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
  });
  return identifiedFirst(session, () => {
    if (!context.state.auth.enabled) return undefined;
    // Why it fails is found again, and told, when the watcher is made.
    return context.identify(caller).then(
      () => undefined,
      () => undefined,
    );
  });
}

/** Some tokens take time to be known for the first time: requests wait for that, in order. */
function identifiedFirst(session: WatchSession, identify: () => Promise<void> | undefined): WatchSession {
  let before: Promise<void> | undefined;
  const pass = async (
    request: WatchRequest,
    earlier: Promise<void> | undefined,
    own: Promise<void> | undefined,
  ): Promise<void> => {
    await earlier;
    await own;
    session.request(request);
  };
  return {
    request(request) {
      const own = request.create_request ? identify() : undefined;
      if (!before && !own) return session.request(request);
      const passed = pass(request, before, own);
      before = passed;
      void passed.finally(() => {
        if (before === passed) before = undefined;
      });
      return undefined;
    },
    drained: () => session.drained(),
    close: () => session.close(),
  };
}
