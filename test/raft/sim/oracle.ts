import type { Entry, Message, Ready } from '../../../src/raft/index.ts';
import type { Member } from './member.ts';

interface View {
  term: bigint;
  role: string;
  commit: bigint;
  applied: bigint;
  /** The commit index that the node had when it became leader of its term. */
  commitAtElection: bigint;
  /** The log as the node has handed it out for writing: index to entry, from the first on. */
  log: Map<bigint, Entry>;
  last: bigint;
  first: bigint;
  /** The term of the entry before the first. */
  termBefore: bigint;
}

/** Looks at everything from above and stops a run at the first law that is broken. */
export class Oracle {
  readonly #views = new Map<bigint, View>();
  readonly #leaderOf = new Map<bigint, bigint>();
  readonly #votes = new Map<string, bigint>();
  /** Every entry ever seen, with the term of the one before it. */
  readonly #entries = new Map<string, { readonly text: string; readonly before: bigint }>();
  /** What leaders have committed, and in which term. */
  readonly #committed = new Map<bigint, { readonly entry: Entry; readonly inTerm: bigint }>();
  readonly #applied = new Map<bigint, string>();
  readonly #reads = new Map<string, bigint>();
  #members: readonly Member[] = [];
  #maxCommitted = 0n;

  watch(members: readonly Member[]): void {
    this.#members = members;
  }

  get committedCount(): number {
    return this.#committed.size;
  }

  /** A process starts: what it shows is what its disk has. */
  started(member: Member): void {
    const { storage } = member.disk;
    const log = new Map<bigint, Entry>();
    const begin = storage.firstIndex();
    const found = storage.entries(begin, storage.lastIndex() + 1n, Number.POSITIVE_INFINITY);
    for (const entry of typeof found === 'string' ? [] : found) {
      log.set(entry.index, entry);
    }
    const { term, commit } = member.disk.storage.initialState().hardState;
    const view = { term, role: 'follower', commit, applied: member.applied, commitAtElection: 0n };
    const before = storage.term(begin - 1n);
    const termBefore = typeof before === 'bigint' ? before : 0n;
    this.#views.set(member.id, { ...view, log, first: begin, last: storage.lastIndex(), termBefore });
  }

  /** A node was called: its term, role and commit index may be others now. */
  observe(member: Member): void {
    const view = this.#view(member);
    const { term, role, commit } = this.#status(member);
    law(term >= view.term, `term of ${member.id} fell from ${view.term} to ${term}`);
    law(commit >= view.commit, `13: commit of ${member.id} fell from ${view.commit} to ${commit}`);
    if (role === 'leader' && (view.role !== 'leader' || view.term !== term)) {
      const other = this.#leaderOf.get(term) ?? member.id;
      law(other === member.id, `1: term ${term} has two leaders, ${other} and ${member.id}`);
      this.#leaderOf.set(term, member.id);
      law(!isLearner(member), `learner ${member.id} leads term ${term}`);
      this.#voted(member.id, term, member.id);
      view.commitAtElection = view.commit;
    }
    if (role === 'leader' && commit > view.commit) {
      this.#checkQuorumHas(member, commit);
    }
    Object.assign(view, { term, role, commit });
  }

  /** A node has handed out a Ready; what is in it has happened. */
  ready(member: Member, ready: Ready): void {
    const view = this.#view(member);
    if (ready.snapshot !== undefined) {
      view.log = new Map();
      view.first = ready.snapshot.index + 1n;
      view.last = ready.snapshot.index;
      view.termBefore = ready.snapshot.term;
    }
    this.#append(member, view, ready.entries);
    if (view.role === 'leader') {
      this.#checkLeader(member, view);
    }
    for (const { index, context } of ready.readStates) {
      const atLeast = this.#reads.get(text(context)) ?? 0n;
      law(index >= atLeast, `23: a read is answered at ${index}, but ${atLeast} was committed when it was asked for`);
    }
  }

  /** A message leaves a process. What it promises must be on disk, whatever happens next. */
  sent(member: Member, m: Message): void {
    const { durable } = member.disk;
    const { hardState } = durable.initialState();
    if (m.type === 'MsgVoteResp' && !m.reject) {
      law(hardState.term >= m.term, `7: ${member.id} sends a vote of term ${m.term} that is not on disk`);
      this.#voted(member.id, m.term, m.to);
    }
    if (m.type === 'MsgAppResp' && !m.reject && m.term > 0n && m.index > 0n) {
      law(
        durable.lastIndex() >= m.index || hardState.term > m.term,
        `7: ${member.id} acknowledges ${m.index}, not on disk`,
      );
    }
  }

  applied(member: Member, entry: Entry): void {
    law(entry.index === member.applied + 1n, `5: ${member.id} applies ${entry.index} after ${member.applied}`);
    const what = contentOf(entry);
    const known = this.#applied.get(entry.index) ?? what;
    law(known === what, `5: ${member.id} applies ${what} at ${entry.index}, another applied ${known}`);
    this.#applied.set(entry.index, what);
  }

  installed(member: Member, index: bigint): void {
    law(index >= member.applied, `13: ${member.id} installs a snapshot at ${index}, it has applied ${member.applied}`);
  }

  /** A client asks for a read: its answer must show all that is committed by now. */
  asked(context: Uint8Array): void {
    this.#reads.set(text(context), this.#maxCommitted);
  }

  #append(member: Member, view: View, entries: readonly Entry[]): void {
    const [first] = entries;
    if (first === undefined) {
      return;
    }
    law(first.index <= view.last + 1n, `3: ${member.id} leaves a hole before ${first.index}`);
    if (view.role === 'leader') {
      law(first.index === view.last + 1n, `2: leader ${member.id} overwrites its own entry ${first.index}`);
    }
    for (let index = first.index; index <= view.last; index++) {
      view.log.delete(index);
    }
    for (const entry of entries) {
      const before = entry.index === view.first ? view.termBefore : (view.log.get(entry.index - 1n)?.term ?? 0n);
      const key = `${entry.term}/${entry.index}`;
      const known = this.#entries.get(key);
      if (known === undefined) {
        this.#entries.set(key, { text: contentOf(entry), before });
      } else {
        law(known.text === contentOf(entry), `3: two entries ${key} differ`);
        law(known.before === before, `3: the entries before ${key} are of the terms ${known.before} and ${before}`);
      }
      view.log.set(entry.index, entry);
      view.last = entry.index;
    }
  }

  #checkLeader(member: Member, view: View): void {
    for (let index = view.commitAtElection + 1n; index <= view.commit; index++) {
      const entry = view.log.get(index);
      if (entry !== undefined && !this.#committed.has(index)) {
        this.#committed.set(index, { entry, inTerm: view.term });
      }
    }
    const last = view.log.get(view.commit);
    if (view.commit > view.commitAtElection && last !== undefined) {
      law(
        last.term === view.term,
        `6: leader ${member.id} of term ${view.term} commits up to an entry of term ${last.term}`,
      );
      this.#maxCommitted = this.#maxCommitted > view.commit ? this.#maxCommitted : view.commit;
    }
    for (const [index, { entry, inTerm }] of this.#committed) {
      if (inTerm < view.term && index >= view.first) {
        const own = view.log.get(index);
        law(
          own !== undefined && own.term === entry.term && contentOf(own) === contentOf(entry),
          `4: leader ${member.id} of term ${view.term} lacks ${index}, committed in term ${inTerm}`,
        );
      }
    }
    const changes = [...view.log.values()].filter(
      ({ type, index }) => type !== 'EntryNormal' && index > member.applied,
    );
    law(changes.length <= 1, `11: leader ${member.id} has ${changes.length} membership changes that are not applied`);
  }

  #checkQuorumHas(leader: Member, commit: bigint): void {
    const config = leader.node?.status().config;
    if (config === undefined) {
      return;
    }
    const has = (id: bigint) =>
      (this.#members.find((member) => member.id === id)?.disk.durable.lastIndex() ?? 0n) >= commit;
    for (const half of [config.voters.incoming, config.voters.outgoing]) {
      law(
        half.size === 0 || majorityOf(half, has),
        `8: ${commit} is committed by ${leader.id}, but not on the disks of a majority`,
      );
    }
  }

  #voted(id: bigint, term: bigint, candidate: bigint): void {
    const key = `${id}@${term}`;
    const before = this.#votes.get(key) ?? candidate;
    law(before === candidate, `9: ${id} votes for ${before} and for ${candidate} in term ${term}`);
    this.#votes.set(key, candidate);
  }

  #view(member: Member): View {
    const view = this.#views.get(member.id);
    if (view === undefined) {
      throw new Error(`member ${member.id} was not started`);
    }
    return view;
  }

  #status(member: Member): { term: bigint; role: string; commit: bigint } {
    const status = member.node?.basicStatus();
    const { hardState } = member.disk.storage.initialState();
    return status ?? { ...hardState, role: 'follower' };
  }
}

function isLearner({ id, node }: Member): boolean {
  return node?.status().config.learners.has(id) ?? false;
}

/** A law of the list of invariants, by its number there, is broken. */
function law(holds: boolean, broken: string): void {
  if (!holds) {
    throw new Error(`invariant ${broken}`);
  }
}

function majorityOf(voters: ReadonlySet<bigint>, has: (id: bigint) => boolean): boolean {
  return [...voters].filter(has).length * 2 > voters.size;
}

function contentOf({ type, term, data }: Entry): string {
  return `${type} ${term} ${text(data)}`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
