import { VirtualClock } from '../../../src/base/index.ts';
import type { Caller } from '../../../src/member/index.ts';
import { Member, type MemberOptions } from '../../../src/member/index.ts';
import { RangeRequest as RangeCodec } from '../../../src/wire/gen/rpc/kv.ts';
import type { PutRequest, RangeRequest, RangeResponse } from '../../../src/wire/index.ts';
import { LoopBack } from './loop-back.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);

export const ANYONE: Caller = {};

export const put = (key: string, value: string, lease = 0n): PutRequest => ({
  key: bytes(key),
  value: bytes(value),
  lease,
  prev_kv: false,
  ignore_value: false,
  ignore_lease: false,
});

export const range = (key: string, fields: Partial<RangeRequest> = {}): RangeRequest =>
  RangeCodec.fromPartial({ key: bytes(key), ...fields });

export const valueOf = ({ kvs }: RangeResponse): string | undefined =>
  kvs[0] === undefined ? undefined : text(kvs[0].value);

/** Numbers that follow from a seed. */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Lets everything that is due happen, without time passing. */
export async function settle(rounds = 30): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export type SomeOptions = Partial<MemberOptions>;

/** Knows how many timers are set. */
export class CountingClock extends VirtualClock {
  readonly #pending = new Set<object>();

  get pending(): number {
    return this.#pending.size;
  }

  override after(delayMs: number, callback: () => void): () => void {
    const timer = {};
    this.#pending.add(timer);
    const cancel = super.after(delayMs, () => {
      this.#pending.delete(timer);
      callback();
    });
    return () => {
      this.#pending.delete(timer);
      cancel();
    };
  }
}

/** Members on one virtual clock. */
export class Lab {
  readonly clock = new CountingClock();
  readonly network = new LoopBack(this.clock);
  readonly members: Member[] = [];
  readonly #seed: number;

  constructor(seed = 1) {
    this.#seed = seed;
  }

  /** Starts a cluster and waits until it has a leader and all are known. */
  static async start(size: number, options: SomeOptions = {}, seed = 1): Promise<Lab> {
    const lab = new Lab(seed);
    const initialCluster = new Map(Array.from({ length: size }, (_, i) => [`m${i}`, [peerUrl(i)]]));
    for (let i = 0; i < size; i++) await lab.add({ ...lab.options(i), initialCluster, ...options });
    await lab.until(() => lab.members.every((member) => member.hasLeader()));
    await lab.wait(Promise.all(lab.members.map(({ whenReady }) => whenReady)));
    return lab;
  }

  options(i: number): MemberOptions {
    return {
      name: `m${i}`,
      peerUrls: [peerUrl(i)],
      clientUrls: [`http://client:${i}`],
      initialCluster: new Map([[`m${i}`, [peerUrl(i)]]]),
      storage: 'memory',
      clock: this.clock,
      network: this.network,
      randomInt: randomFrom(this.#seed * 100 + i),
      bcryptCost: 4,
    };
  }

  async add(options: MemberOptions): Promise<Member> {
    const member = await Member.start(options);
    this.members.push(member);
    return member;
  }

  get leader(): Member {
    const leader = this.members.find((member) => member.id === member.leaderId);
    if (!leader) throw new Error('no one leads');
    return leader;
  }

  get followers(): Member[] {
    const { leader } = this;
    return this.members.filter((member) => member !== leader);
  }

  async pass(durationMs: number, stepMs = 20): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
      this.clock.advance(stepMs);
      await settle(3);
    }
  }

  /** Lets time pass until it holds. */
  async until(holds: () => boolean, limitMs = 60_000): Promise<void> {
    for (let passedMs = 0; !holds(); passedMs += 20) {
      if (passedMs > limitMs) throw new Error('it did not come to be');
      await this.pass(20);
    }
  }

  /** Lets time pass until it is settled. */
  async wait<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => (isSettled = true));
    settled.catch(() => undefined);
    await settle(3);
    await this.until(() => isSettled, limitMs);
    return promise;
  }

  async stop(): Promise<void> {
    for (const member of this.members) await this.wait(member.kill());
  }
}

export const peerUrl = (i: number): string => `http://peer:${2380 + i}`;
