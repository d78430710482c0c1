import type { Caller, MemberApi, WatchSession, WatchSink } from '../member/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type { ResponseHeader } from '../wire/index.ts';
import { GatedWatch } from './gated-watch.ts';

const NO_HEADER: ResponseHeader = { cluster_id: 0n, member_id: 0n, revision: 0n, raft_term: 0n };

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * A member as its clients find it: not there yet, standing still, or gone. Listeners are bound to the gate before the
 * member begins, because it has to tell the others at which port it answers; what is asked of it too early waits.
 */
export class MemberGate implements MemberApi {
  readonly kv: MemberApi['kv'] = this.#group('kv');
  readonly lease: MemberApi['lease'] = this.#group('lease');
  readonly cluster: MemberApi['cluster'] = this.#group('cluster');
  readonly maintenance: MemberApi['maintenance'] = this.#group('maintenance');
  readonly auth: MemberApi['auth'] = this.#group('auth');
  #member: MemberApi | undefined;
  #isPaused = false;
  #isShut = false;
  readonly #waiting: (() => void)[] = [];
  readonly #watches = new Set<GatedWatch>();
  readonly #leaderListeners = new Set<() => void>();
  #unsubscribe: () => void = () => undefined;

  /** The member is there. */
  open(member: MemberApi): void {
    this.#member = member;
    this.#unsubscribe = member.onLeaderChange(() => {
      for (const listener of this.#leaderListeners) listener();
    });
    this.#goOn();
  }

  pause(): void {
    this.#isPaused = true;
    for (const watch of this.#watches) watch.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#goOn();
  }

  /** Whatever waits, or comes, is refused from now on. */
  shut(): void {
    this.#isShut = true;
    this.#unsubscribe();
    this.#goOn();
  }

  watch(caller: Caller, sink: WatchSink): WatchSession {
    const watch: GatedWatch = new GatedWatch(sink, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    const begin = (): void => {
      if (this.#member !== undefined && !this.#isShut) watch.begin(this.#member, caller);
      else watch.refuse(refuse.stopped());
    };
    if (this.#isOpen) begin();
    else this.#waiting.push(begin);
    return watch;
  }

  header(): ResponseHeader {
    return this.#member?.header() ?? NO_HEADER;
  }

  watcherCounts(): ReturnType<NonNullable<MemberApi['watcherCounts']>> {
    return this.#member?.watcherCounts?.() ?? { all: 0, behind: 0, streams: 0, waitingEvents: 0 };
  }

  hasLeader(): boolean {
    return this.#member?.hasLeader() ?? false;
  }

  alarms(): ReturnType<MemberApi['alarms']> {
    return this.#member?.alarms() ?? [];
  }

  isLearner(): boolean {
    return this.#member?.isLearner() ?? false;
  }

  onLeaderChange(listener: () => void): () => void {
    this.#leaderListeners.add(listener);
    return () => void this.#leaderListeners.delete(listener);
  }

  get #isOpen(): boolean {
    return this.#isShut || (this.#member !== undefined && !this.#isPaused);
  }

  #goOn(): void {
    if (!this.#isOpen) return;
    for (const watch of this.#watches) watch.resume();
    for (const go of this.#waiting.splice(0)) go();
  }

  /** The calls of one service, each of which waits while the gate is closed, and so does its answer. */
  #group<Name extends 'kv' | 'lease' | 'cluster' | 'maintenance' | 'auth'>(name: Name): MemberApi[Name] {
    const calls = new Map<string | symbol, Call>();
    const callOf = (method: string | symbol): Call => {
      const known = calls.get(method);
      if (known !== undefined) return known;
      const call: Call = async (...args) => {
        if (!this.#isOpen) await this.#opened();
        if (this.#member === undefined || this.#isShut) throw refuse.stopped();
        const service: object = this.#member[name];
        const answer: unknown = await Reflect.get(service, method)(...args);
        if (this.#isPaused) await this.#opened();
        return answer;
      };
      calls.set(method, call);
      return call;
    };
    return new Proxy(Object.create(null), { get: (_, method) => callOf(method) });
  }

  #opened(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
