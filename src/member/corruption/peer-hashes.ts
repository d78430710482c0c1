import { formatId } from '../../base/member-ids.ts';
import { type LogSink, messageOf } from '../../base/index.ts';
import type { HashKVResponse } from '../../wire/index.ts';
import type { PeerLink } from '../network.ts';
import type { State } from '../state.ts';

/** What another member answered when it was asked for the hash of its history. */
export interface PeerHash {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
  /** Undefined if there was none: why is told by `error`. */
  readonly response: HashKVResponse | undefined;
  readonly error: unknown;
}

/** Who asks. */
export interface Asker {
  readonly state: State;
  readonly link: Pick<PeerLink, 'ask'>;
  readonly log: LogSink;
}

/** Asks all other members for the hash of their history up to a revision. */
export function askPeers({ state, link, log }: Asker, revision: bigint): Promise<PeerHash[]> {
  const others = state.roster.members.filter(({ id }) => id !== state.memberId);
  return Promise.all(
    others.map(async ({ id, peerUrls }): Promise<PeerHash> => {
      try {
        return { id, peerUrls, response: await link.ask(id).hashKv({ revision }), error: undefined };
      } catch (error) {
        const fields = {
          'local-member-id': formatId(state.memberId),
          'requested-revision': revision,
          'remote-peer-id': formatId(id),
          'remote-peer-endpoints': peerUrls,
          error: messageOf(error),
        };
        log({ level: 'warn', message: 'failed hash kv request', fields });
        return { id, peerUrls, response: undefined, error };
      }
    }),
  );
}
