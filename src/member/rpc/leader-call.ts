import type { CancelSignal } from '../../base/index.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { Core } from '../core.ts';
import type { PeerService } from '../network.ts';

export interface LeaderCallOptions {
  readonly retryMs: number;
  readonly signal: CancelSignal | undefined;
  /** Whether an error is an answer, and not a reason to ask again. */
  readonly isFinal: (error: unknown) => boolean;
}

/**
 * Has the leader answer: asks whoever leads, again after a while if it did not, until the time for a request is up.
 * @throws EtcdError timeout, canceled, stopped; the leader's own if it is final
 */
export async function askLeader<T>(
  core: Core,
  { retryMs, signal, isFinal }: LeaderCallOptions,
  call: (leader: PeerService) => Promise<T>,
): Promise<T> {
  const startMs = core.clock.nowMs();
  let noLeader = false;
  for (;;) {
    if (core.isStopped) throw refuse.stopped();
    if (signal?.aborted) throw refuse.canceled();
    if (core.clock.nowMs() - startMs >= core.limits.requestTimeoutMs)
      throw noLeader ? refuse.noLeader() : refuse.timeout();
    const { lead } = core.leadership;
    noLeader = core.state.roster.member(lead) === undefined;
    if (noLeader || core.leadership.isSelf) await pause(core, noLeader ? core.limits.electionMs : retryMs, signal);
    else {
      try {
        return await call(core.link.ask(lead));
      } catch (error) {
        // What was found out here, such as a missing permission, another leader will not change.
        if (isFinal(error) || (error instanceof EtcdError && isRefusal(error))) throw error;
        await pause(core, retryMs, signal);
      }
    }
  }
}

/** Of the caller, that is: who asks may not, or asks for what can not be. */
const REFUSALS: ReadonlySet<string> = new Set(
  [refuse.permissionDenied(), refuse.userEmpty(), refuse.authOldRevision(), refuse.invalidAuthToken()].map(
    ({ message }) => message,
  ),
);

const isRefusal = ({ message }: EtcdError): boolean => REFUSALS.has(message);

/** Resolves early when the signal aborts. */
export function pause({ clock }: Pick<Core, 'clock'>, delayMs: number, signal?: CancelSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
