import type { Identity } from '../auth/index.ts';
import { type CancelSignal, type Clock, secondsSince } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import { InternalRaftRequest } from '../wire/disk.ts';
import { refuse } from '../wire/etcd-error.ts';
import { kindOf } from './apply/kind.ts';
import type { ApplyResult } from './apply/result.ts';
import { writeStoreRequest } from './apply/store-request.ts';
import type { Content } from './content.ts';
import type { RaftDriver } from './consensus/driver.ts';
import type { Leadership } from './leadership.ts';
import { countConnectedSince, isConnectedSince, quorumOf } from './membership/strict.ts';
import type { MemberRecord } from './membership/record.ts';
import type { RequestIds } from './request-ids.ts';
import type { Version } from './versions.ts';
import { WaitRegistry } from './wait-registry.ts';

/** So far the state may lag behind the log before requests are refused. */
const MAX_LAG = 5000n;

export interface ProposerDeps {
  readonly self: bigint;
  readonly clock: Clock;
  readonly figures: Figures;
  readonly ids: RequestIds;
  readonly leadership: Leadership;
  readonly driver: Pick<RaftDriver, 'propose'>;
  readonly maxRequestBytes: number;
  readonly timeoutMs: number;
  readonly electionMs: number;
  /** How far the log is committed and applied. */
  progress(): { readonly committed: bigint; readonly applied: bigint };
  members(): readonly MemberRecord[];
  readonly clusterVersion?: () => Version | undefined;
  /** That of this member. */
  readonly version?: Version | undefined;
  readonly activeSince: (id: bigint) => number | undefined;
}

/** Members before 3.6 among the others. (3.0 is what a cluster is at before it is decided.) */
const isOld = (version: Version | undefined): boolean => version?.major === 3 && version.minor > 0 && version.minor < 6;

const NOTHING = InternalRaftRequest.create();

/** Puts requests through the log and waits for what comes of them. */
export class Proposer {
  readonly waits: WaitRegistry<ApplyResult>;
  readonly #deps: ProposerDeps;

  constructor(deps: ProposerDeps) {
    this.#deps = deps;
    this.waits = new WaitRegistry(deps.clock, deps.timeoutMs, (sinceMs) => this.timeoutError(sinceMs));
  }

  /**
   * @typeParam T the response, whose kind follows from the content's
   * @param identity who asks; undefined for nobody in particular
   * @throws EtcdError if it did not come to be applied, as far as is known, or was refused when it was
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it names the kind of response for the caller
  async propose<T extends object = object>(
    content: Content,
    identity?: Identity,
    signal?: CancelSignal,
  ): Promise<{ readonly response: T; readonly done?: Promise<void> | undefined }> {
    const { ids, driver, maxRequestBytes } = this.#deps;
    this.#refuseIfLate();
    const id = ids.next();
    const header = { ID: id, username: identity?.name ?? '', auth_revision: identity?.revision ?? 0n };
    const isShared = isOld(this.#deps.clusterVersion?.()) || isOld(this.#deps.version);
    const old = isShared ? writeStoreRequest(id, content) : undefined;
    const data = old ?? InternalRaftRequest.encode({ ...NOTHING, ...content, header }).finish();
    if (data.length > maxRequestBytes) throw refuse.requestTooLarge();
    const result = this.waits.wait(id, signal);
    driver.propose({
      data,
      isWanted: () => this.waits.isWaited(id),
      dropped: (error) => void this.waits.reject(id, error),
    });
    const { response, done, error } = await this.#measured(kindOf(content), result);
    if (error) throw error;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the applier answers each kind of request in kind
    return { response: response as T, done };
  }

  /** Why one who began to wait then has waited in vain, as far as can be told. */
  timeoutError(sinceMs: number): Error {
    const { self, leadership, electionMs, activeSince } = this.#deps;
    const lostMs = leadership.sinceMs - 2 * electionMs;
    if (sinceMs > lostMs && sinceMs < leadership.sinceMs) return refuse.timeoutDueToLeaderFailure();
    if (leadership.isSelf) {
      const members = this.#deps.members();
      const connected = countConnectedSince({ self, activeSince }, members, sinceMs);
      return connected < quorumOf(members.length) ? refuse.timeoutDueToConnectionLost() : refuse.timeout();
    }
    const { lead } = leadership;
    const isCut = lead !== 0n && !isConnectedSince(activeSince, lead, sinceMs);
    return isCut ? refuse.timeoutDueToConnectionLost() : refuse.timeout();
  }

  async #measured(kind: string, result: Promise<ApplyResult>): Promise<ApplyResult> {
    const { clock, figures } = this.#deps;
    const sinceMs = clock.nowMs();
    let isGood = false;
    figures.add('etcd_server_proposals_pending');
    try {
      const answer = await result;
      isGood = answer.error === undefined;
      return answer;
    } catch (error) {
      figures.add('etcd_server_proposals_failed_total');
      throw error;
    } finally {
      figures.add('etcd_server_proposals_pending', -1);
      const seconds = secondsSince(clock, sinceMs);
      figures.observe('etcd_server_request_duration_seconds', seconds, kind, String(isGood));
    }
  }

  #refuseIfLate(): void {
    const { committed, applied } = this.#deps.progress();
    if (committed > applied + MAX_LAG) throw refuse.tooManyRequests();
  }
}
