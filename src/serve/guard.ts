import type { CallContext } from '../grpc/server/index.ts';
import type { MemberApi } from '../member/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { kv } from '../wire/services/kv.ts';
import { maintenance } from '../wire/services/maintenance.ts';
import type { LeaderLoss } from './leader-loss.ts';

/** What is checked before any service sees a call. */
export class Guard {
  readonly #member: MemberApi;
  readonly #leaderLoss: LeaderLoss;

  constructor(member: MemberApi, leaderLoss: LeaderLoss) {
    this.#member = member;
    this.#leaderLoss = leaderLoss;
  }

  /** @throws EtcdError */
  admitUnary(context: CallContext, request: unknown): void {
    if (this.#member.isLearner() && !isForLearners(context.path, request)) throw refuse.notSupportedForLearner();
    this.#checkMetadata(context);
  }

  /** Ends the stream later, when it asked for a leader and there is none any more. @throws EtcdError */
  admitStream(context: CallContext): void {
    const isSnapshot = context.path === maintenance.snapshot.path;
    if (this.#member.isLearner() && !isSnapshot) throw refuse.notSupportedForLearner();
    if (!this.#checkMetadata(context)) return;
    const forget = this.#leaderLoss.onLoss(() => context.end(refuse.noLeader()));
    context.signal.addEventListener('abort', forget, { once: true });
  }

  /** Whether the client wants to be told when there is no leader. @throws EtcdError */
  #checkMetadata(context: CallContext): boolean {
    const version = context.header('client-api-version');
    if (version !== undefined && !isUtf8(version)) throw refuse.invalidClientApiVersion();
    if (context.header('hasleader') !== 'true') return false;
    if (!this.#member.hasLeader()) throw refuse.noLeader();
    return true;
  }
}

/** A learner answers about itself, and from what it has. */
function isForLearners(path: string, request: unknown): boolean {
  if (path === maintenance.status.path) return true;
  if (path !== kv.range.path) return false;
  return typeof request === 'object' && request !== null && 'serializable' in request && request.serializable === true;
}

/** Headers come as one character a byte. */
function isUtf8(header: string): boolean {
  if (!/[\x80-\u{10ffff}]/u.test(header)) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
    return true;
  } catch {
    return false;
  }
}
