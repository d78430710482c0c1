import {
  type ConfChangeSingle,
  type ConfChangeTransition,
  type Message,
  NO_BYTES,
  type Snapshot,
} from '../../../src/raft/index.ts';
import { Member, type Settings } from './member.ts';
import { Oracle } from './oracle.ts';

const utf8 = new TextEncoder();
const TRANSITIONS: readonly ConfChangeTransition[] = [
  'ConfChangeTransitionAuto',
  'ConfChangeTransitionJointImplicit',
  'ConfChangeTransitionJointExplicit',
];
const CHANGES = ['ConfChangeAddNode', 'ConfChangeAddLearnerNode', 'ConfChangeRemoveNode'] as const;

export interface Setting extends Settings {
  /** The first so many of the members are voters from the start; the others can be added. */
  readonly voters: number;
  readonly members: number;
  readonly seed: number;
}

/** What happens next, and to whom: numbers of which each action takes what it needs. */
export type Step = readonly [action: keyof typeof ACTIONS, a: number, b: number];

/** Members, the network between them, and an oracle that watches. One list of steps is one life, each time the same. */
export class World {
  readonly oracle = new Oracle();
  readonly members: readonly Member[];
  network: Message[] = [];
  #isCut: (a: bigint, b: bigint) => boolean = () => false;
  #names = 0;

  constructor({ voters, members, seed, ...settings }: Setting) {
    const ids = Array.from({ length: members }, (_, i) => BigInt(i + 1));
    const confState = {
      voters: ids.slice(0, voters),
      learners: [],
      votersOutgoing: [],
      learnersNext: [],
      autoLeave: false,
    };
    const first: Snapshot = { index: 1n, term: 1n, confState, data: NO_BYTES };
    const stranger = { ...first, index: 0n, term: 0n, confState: { ...confState, voters: [] } };
    const randomInt = generator(seed);
    this.members = ids.map((id, i) => new Member(id, i < voters ? first : stranger, settings, this.oracle, randomInt));
    this.oracle.watch(this.members);
  }

  run(steps: readonly Step[]): void {
    for (const [action, a, b] of steps) {
      ACTIONS[action](this, a, b);
    }
  }

  /**
   * Ends all trouble and lets time pass. The processes of all members run from
   * now on. Those of others do not: a removed member may not know that it was,
   * and without PreVote and CheckQuorum it would disturb elections for ever.
   */
  calm(rounds: number): void {
    this.#isCut = () => false;
    const { voters, learners, votersOutgoing } = this.#latest().confState;
    for (const member of this.members) {
      const belongs = [...voters, ...learners, ...votersOutgoing].includes(member.id);
      if (member.node === undefined && belongs) {
        member.start();
      } else if (member.node !== undefined && !belongs) {
        member.crash(1);
      }
    }
    for (let round = 0; round < rounds; round++) {
      this.#replaceRemovedLeader(round);
      for (const member of this.members) {
        member.call((node) => node.tick());
        this.settle(member);
      }
      for (let i = 0; i < 4; i++) {
        this.exchange();
      }
    }
  }

  exchange(): void {
    const arriving = this.network;
    this.network = [];
    for (const m of arriving) {
      this.arrive(m);
    }
    for (const member of this.members) {
      this.settle(member);
    }
  }

  /** A leader that is no voter any more hands over, as an application would make it do before it stops it. */
  #replaceRemovedLeader(round: number): void {
    for (const member of this.members) {
      const status = member.node?.status();
      const voters = [...(status?.config.voters.incoming ?? [])];
      const next = voters[round % Math.max(1, voters.length)];
      if (status?.role === 'leader' && !voters.includes(member.id) && next !== undefined) {
        member.call((node) => node.transferLeader(next));
      }
    }
  }

  /** The member that has applied most: it knows the latest membership. */
  #latest(): Member {
    return this.members.reduce((a, b) => (b.applied > a.applied ? b : a));
  }

  pick(n: number): Member {
    const member = this.members[n % this.members.length];
    if (member === undefined) {
      throw new Error('a world has members');
    }
    return member;
  }

  /** A leader if there is one, else anybody: most requests go to leaders. */
  pickLeader(n: number): Member {
    const leaders = this.members.filter(({ node }) => node?.basicStatus().role === 'leader');
    return leaders[n % Math.max(1, leaders.length)] ?? this.pick(n);
  }

  send(member: Member, messages: readonly Message[]): void {
    for (const m of messages) {
      this.oracle.sent(member, m);
      this.network.push(m);
    }
  }

  arrive(m: Message): void {
    if (this.#isCut(m.from, m.to)) {
      this.lose(m);
      return;
    }
    this.members.find(({ id }) => id === m.to)?.call((node) => node.step(m));
    this.#report(m, 'finish');
  }

  lose(m: Message): void {
    this.#report(m, 'failure');
  }

  #report(m: Message, outcome: 'finish' | 'failure'): void {
    if (m.type === 'MsgSnap') {
      this.members.find(({ id }) => id === m.from)?.call((node) => node.reportSnapshot(m.to, outcome));
    }
  }

  /** Takes a message off the network, any of those under way. */
  takeMessage(n: number): Message | undefined {
    const at = n % Math.max(1, this.network.length);
    return this.network.splice(at, 1)[0];
  }

  cut(mask: number): void {
    const side = (id: bigint) => (mask >> Number(id)) & 1;
    this.#isCut = (a, b) => side(a) !== side(b);
  }

  name(): Uint8Array {
    return utf8.encode(`#${this.#names++}`);
  }

  /** Lets one member do all that it can do by itself. */
  settle(member: Member): void {
    while (
      member.node?.hasReady() === true ||
      member.appendWork.length + member.applyWork.length + member.local.length > 0
    ) {
      this.send(member, member.work());
      this.send(member, member.append());
      member.apply();
      const m = member.local.shift();
      if (m !== undefined) {
        member.call((node) => node.step(m));
      }
    }
  }
}

const ACTIONS = {
  tick: (world: World, a: number) => world.pick(a).call((node) => node.tick()),
  tickAll: (world: World) => world.members.forEach((member) => member.call((node) => node.tick())),
  work: (world: World, a: number) => world.send(world.pick(a), world.pick(a).work()),
  append: (world: World, a: number) => world.send(world.pick(a), world.pick(a).append()),
  apply: (world: World, a: number) => world.pick(a).apply(),
  local: (world: World, a: number) => {
    const m = world.pick(a).local.shift();
    if (m !== undefined) {
      world.pick(a).call((node) => node.step(m));
    }
  },
  settle: (world: World, a: number) => world.settle(world.pick(a)),
  deliver: (world: World, a: number) => {
    const m = world.takeMessage(a);
    if (m !== undefined) {
      world.arrive(m);
    }
  },
  /** In the order in which they were sent, which gets things done. */
  deliverFirst: (world: World, _: number, b: number) => {
    for (let i = 0; i <= b % 8 && world.network.length > 0; i++) {
      ACTIONS.deliver(world, 0);
    }
  },
  /** Everybody works and everything arrives: without it little would ever get done. */
  exchange: (world: World) => world.exchange(),
  lose: (world: World, a: number) => {
    const m = world.takeMessage(a);
    if (m !== undefined) {
      world.lose(m);
    }
  },
  duplicate: (world: World, a: number) => {
    const m = world.network[a % Math.max(1, world.network.length)];
    if (m !== undefined) {
      world.network.push(m);
    }
  },
  propose: (world: World, a: number) => world.pickLeader(a).call((node) => node.propose(world.name())),
  read: (world: World, a: number) => {
    const context = world.name();
    world.oracle.asked(context);
    world.pick(a).call((node) => node.readIndex(context));
  },
  changeMembers: (world: World, a: number, b: number) => {
    const changes = Array.from({ length: 1 + (b % 3) }, (_, i): ConfChangeSingle => {
      return { type: CHANGES[(a + b + i) % 3] ?? 'ConfChangeAddNode', nodeId: world.pick(b + 3 * i).id };
    });
    const transition = TRANSITIONS[a % 3] ?? 'ConfChangeTransitionAuto';
    world.pickLeader(a).call((node) => node.proposeConfChange({ transition, changes, context: NO_BYTES }));
  },
  leaveJoint: (world: World, a: number) =>
    world
      .pickLeader(a)
      .call((node) =>
        node.proposeConfChange({ transition: 'ConfChangeTransitionAuto', changes: [], context: NO_BYTES }),
      ),
  campaign: (world: World, a: number) => world.pick(a).call((node) => node.campaign()),
  transfer: (world: World, a: number, b: number) =>
    world.pickLeader(a).call((node) => node.transferLeader(world.pick(b).id)),
  forgetLeader: (world: World, a: number) => world.pick(a).call((node) => node.forgetLeader()),
  unreachable: (world: World, a: number, b: number) =>
    world.pickLeader(a).call((node) => node.reportUnreachable(world.pick(b).id)),
  compact: (world: World, a: number, b: number) => world.pick(a).compact(BigInt(b % 3)),
  crash: (world: World, a: number, b: number) => world.pick(a).crash((b % 5) / 4),
  crashWhileWriting: (world: World, a: number, b: number) => world.pick(a).crashWhileWriting((b % 5) / 4),
  restart: (world: World, a: number) => {
    if (world.pick(a).node === undefined) {
      world.pick(a).start();
    }
  },
  cut: (world: World, a: number) => world.cut(a),
  heal: (world: World) => world.cut(0),
};

/** Numbers that look random and are the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
