import { type Clock, messageOf } from '../../base/index.ts';
import type { Caller, MemberApi } from '../../member/index.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { AlarmMember, RangeRequest } from '../../wire/index.ts';

/** The texts that say who may not, rather than that something is wrong. */
const authRefusals = new Set(
  [refuse.userEmpty, refuse.permissionDenied, refuse.invalidAuthToken].map((make) => make().message),
);

/** What a probe may cost: as long as etcd lets a request take. */
const TIMEOUT_MS = 7_000;

/** What there is to find out about a member's health. The member asks itself, so no user is needed. */
export class MemberChecks {
  readonly #member: MemberApi;
  readonly #clock: Clock;

  constructor(member: MemberApi, clock: Clock) {
    this.#member = member;
    this.#clock = clock;
  }

  get hasLeader(): boolean {
    return this.#member.hasLeader();
  }

  get isLearner(): boolean {
    return this.#member.isLearner();
  }

  /** As far as this member knows: to ask the cluster would take longer than probes wait when it cannot be reached. */
  get alarms(): readonly AlarmMember[] {
    return this.#member.alarms();
  }

  /** Why reading fails; undefined when it does not. */
  async readFailure(serializable: boolean): Promise<string | undefined> {
    try {
      await this.#ask((caller) => this.#member.kv.range(probe(serializable), caller));
      return undefined;
    } catch (error) {
      // To be told that one may not read is to be answered.
      return error instanceof EtcdError && authRefusals.has(error.message) ? undefined : messageOf(error);
    }
  }

  async #ask<T>(question: (caller: Caller) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancelTimer = this.#clock.after(TIMEOUT_MS, () => controller.abort());
    try {
      return await question({ asRoot: true, signal: controller.signal });
    } finally {
      cancelTimer();
    }
  }
}

/** Any key will do: it need not exist. */
function probe(serializable: boolean): RangeRequest {
  return {
    key: Buffer.from('health'),
    range_end: new Uint8Array(),
    limit: 1n,
    revision: 0n,
    sort_order: 0,
    sort_target: 0,
    serializable,
    keys_only: true,
    count_only: false,
    min_mod_revision: 0n,
    max_mod_revision: 0n,
    min_create_revision: 0n,
    max_create_revision: 0n,
  };
}
