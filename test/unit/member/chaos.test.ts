import { afterEach, describe, expect, it } from 'vitest';
import { Member, type MemberOptions } from '../../../src/member/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, put, randomFrom, range, settle } from './support.ts';

/** More of them by hand: MEMBER_SEEDS=200. */
const SEEDS = Number(process.env.MEMBER_SEEDS ?? 6);
const STEPS = 60;

let lab: Lab;
afterEach(() => lab.stop());

/** A cluster of three whose members lose power, connections and messages, while clients write. */
class Chaos {
  readonly random: (bound: number) => number;
  readonly disks: MemoryFiles[] = [];
  readonly slots: (Member | undefined)[] = [];
  readonly acknowledged: string[] = [];
  readonly #options: (i: number) => MemberOptions;
  #written = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed * 7919);
    lab = new Lab(seed);
    const initialCluster = new Map([0, 1, 2].map((i) => [`m${i}`, lab.options(i).peerUrls]));
    this.#options = (i) => ({
      ...lab.options(i),
      initialCluster,
      snapshotCount: 15,
      snapshotCatchUpEntries: 5,
      compactionPauseMs: 1,
      storage: { dataDir: '/data', files: this.disks[i]!, segmentBytes: 20_000 },
    });
  }

  async start(i: number): Promise<void> {
    this.disks[i] ??= new MemoryFiles();
    const member = await Member.start(this.#options(i));
    this.slots[i] = member;
    lab.members.push(member);
  }

  /** The power fails: of what was not synced, some is there and some is not. */
  async crash(i: number): Promise<void> {
    const member = this.slots[i];
    if (!member) return;
    this.disks[i] = this.disks[i]!.crash(() => this.random(2) === 0);
    this.slots[i] = undefined;
    lab.members.splice(lab.members.indexOf(member), 1);
    await lab.wait(member.kill());
  }

  write(): void {
    const member = this.slots[this.random(3)];
    if (!member) return;
    this.#written += 1;
    const key = `k${this.#written}`;
    void member.kv.put(put(key, 'x'.repeat(this.random(2000))), ANYONE).then(
      () => this.acknowledged.push(key),
      () => undefined,
    );
  }

  async step(): Promise<void> {
    const i = this.random(3);
    switch (this.random(9)) {
      case 0:
        return this.crash(i);
      case 1:
      case 2:
        return this.slots[i] ? undefined : this.start(i);
      case 3:
        lab.network.cut(this.slots[i]?.id ?? 0n);
        return undefined;
      case 4:
        lab.network.heal();
        return undefined;
      case 5: {
        const rate = this.random(4);
        lab.network.lets = () => this.random(10) >= rate;
        return undefined;
      }
      case 6: {
        const { revision = 0n } = this.slots[i]?.header() ?? {};
        if (revision > 2n)
          void this.slots[i]?.kv.compact({ revision: revision - 1n, physical: false }, ANYONE).catch(() => undefined);
        return undefined;
      }
      default:
        return lab.pass(this.random(3000), 50);
    }
  }

  async calm(): Promise<void> {
    lab.network.lets = () => true;
    lab.network.heal();
    for (const i of [0, 1, 2]) if (!this.slots[i]) await this.start(i);
    await lab.wait(Promise.all(this.slots.map((member) => member!.whenReady)), 120_000);
    await lab.pass(3000);
  }
}

const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);

describe('[inv 46] a cluster in trouble', () => {
  it.each(seeds)('loses nothing that it acknowledged, and its members agree: seed %i', async (seed) => {
    const chaos = new Chaos(seed);
    for (const i of [0, 1, 2]) await chaos.start(i);
    for (let step = 0; step < STEPS; step++) {
      for (let i = chaos.random(6); i > 0; i--) chaos.write();
      await settle(2);
      await chaos.step();
    }
    await chaos.calm();
    expect(chaos.acknowledged.length).toBeGreaterThan(0);
    for (const member of lab.members) {
      const all = range('k', { range_end: Buffer.from('l'), keys_only: true });
      const { kvs } = await lab.wait(member.kv.range(all, ANYONE));
      const found = new Set(kvs.map(({ key }) => Buffer.from(key).toString()));
      expect(chaos.acknowledged.filter((key) => !found.has(key))).toEqual([]);
    }
    const hashes = await Promise.all(
      lab.members.map(async (member) => {
        const { hash, compact_revision } = await lab.wait(member.maintenance.hashKv({ revision: 0n }, ANYONE));
        return `${hash} since ${compact_revision}`;
      }),
    );
    expect(new Set(hashes).size, hashes.join('; ')).toBe(1);
  });
});
