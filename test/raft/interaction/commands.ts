import {
  allVoters,
  type ConfChange,
  type ConfChangeTransition,
  describeEntries,
  describeMessage,
  formatProgressMap,
  MESSAGE_TYPES,
  message,
  NO_BYTES,
  RaftError,
  ROLE_TEXT,
} from '../../../src/raft/index.ts';
import { boolean, integer, option, word, words } from '../transcript/args.ts';
import { parseChanges } from '../transcript/changes.ts';
import type { Directive } from '../transcript/grammar.ts';
import { addNodes } from './add-nodes.ts';
import type { Env, Recipient } from './env.ts';
import type { Member } from './member.ts';
import { processAppendThread, processApplyThread, processReady, stabilize } from './work.ts';

type Command = (env: Env, directive: Directive) => void;

const utf8 = new TextEncoder();

/** One handler for each command; `add-nodes` has a file of its own. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'add-nodes': addNodes,
  /** `campaign <id>` */
  campaign: (env, d) => first(env, d).node.campaign(),
  /** `compact <id> <index>`: drops the log up to and including the index. */
  compact: (env, d) => {
    first(env, d).storage.compact(BigInt(word(d, 1)));
    printLog(env, first(env, d));
  },
  /** `deliver-msgs <id>.. type=<type> drop=(<id>,..)` */
  'deliver-msgs': deliverMessages,
  /** `forget-leader <id>` */
  'forget-leader': (env, d) => first(env, d).node.forgetLeader(),
  /** `log-level <level>` */
  'log-level': (env, d) => env.output.setLevel(word(d, 0)),
  'process-ready': (env, d) => eachMember(env, d, 'handling Ready', processReady),
  'process-append-thread': (env, d) => eachMember(env, d, 'processing append thread', processAppendThread),
  'process-apply-thread': (env, d) => eachMember(env, d, 'processing apply thread', processApplyThread),
  /** `propose <id> <data>` */
  propose: (env, d) => first(env, d).node.propose(utf8.encode(word(d, 1))),
  /** `propose-conf-change <id> v1=<bool> transition=<auto|implicit|explicit>`, with the changes as input. */
  'propose-conf-change': (env, d) => first(env, d).node.proposeConfChange(parseConfChange(d)),
  /** `raft-log <id>` */
  'raft-log': (env, d) => printLog(env, first(env, d)),
  'raft-state': printState,
  /** `read-index <id> <context>`: not in the original grammar. */
  'read-index': (env, d) => first(env, d).node.readIndex(utf8.encode(word(d, 1))),
  /** `report-snapshot <id> <to> <finish|failure>`: not in the original grammar. */
  'report-snapshot': (env, d) =>
    first(env, d).node.reportSnapshot(BigInt(word(d, 1)), word(d, 2) === 'failure' ? 'failure' : 'finish'),
  /** `report-unreachable <id> <unreachable id>` */
  'report-unreachable': (env, d) => first(env, d).node.reportUnreachable(BigInt(word(d, 1))),
  /** `send-snapshot <from> <to>`: queues a snapshot that the sender's leader part knows nothing of. */
  'send-snapshot': sendSnapshot,
  /** `set-randomized-election-timeout <id> timeout=<ticks>` */
  'set-randomized-election-timeout': (env, d) =>
    first(env, d).node.setRandomizedElectionTicks(integer(option(d, 'timeout')?.values[0] ?? '')),
  /** `stabilize <id>.. log-level=<level>` */
  stabilize: stabilizeMembers,
  /** `status <id>` */
  status: (env, d) => env.output.write(formatProgressMap(first(env, d).node.status().progress)),
  /** `tick-election <id>`: as many ticks as an election timeout has at least. */
  'tick-election': (env, d) => tickMember(first(env, d), first(env, d).config.electionTicks),
  /** `tick-heartbeat <id>` */
  'tick-heartbeat': (env, d) => tickMember(first(env, d), first(env, d).config.heartbeatTicks),
  /** `transfer-leadership from=<id> to=<id>` */
  'transfer-leadership': (env, d) => {
    const id = (key: string) => BigInt(option(d, key)?.values[0] ?? '0');
    env.member(id('from')).node.transferLeader(env.member(id('to')).id);
  },
};

function first(env: Env, directive: Directive): Member {
  return env.member(BigInt(word(directive, 0)));
}

function named(env: Env, directive: Directive): Member[] {
  return words(directive).map((id) => env.member(BigInt(id)));
}

function eachMember(env: Env, directive: Directive, what: string, perform: (env: Env, member: Member) => void): void {
  const members = named(env, directive);
  for (const member of members) {
    if (members.length === 1) {
      perform(env, member);
    } else {
      env.output.write(`> ${member.id} ${what}\n`);
      env.output.indented(() => perform(env, member));
    }
  }
}

function deliverMessages(env: Env, directive: Directive): void {
  const type = option(directive, 'type')?.values[0];
  const known = MESSAGE_TYPES.find((name) => name === type);
  if (type !== undefined && known === undefined) {
    throw new Error(`unknown message type ${type}`);
  }
  const recipients = directive.args.flatMap(({ key, values }): Recipient[] => {
    if (values.length === 0) {
      return [{ id: BigInt(key), drop: false }];
    }
    return key === 'drop' ? values.map((id) => ({ id: BigInt(id), drop: true })) : [];
  });
  if (env.deliver(recipients, known) === 0) {
    env.output.write('no messages\n');
  }
}

function stabilizeMembers(env: Env, directive: Directive): void {
  const { level } = env.output;
  const wanted = option(directive, 'log-level')?.values[0];
  if (wanted !== undefined) {
    env.output.setLevel(wanted);
  }
  const members = named(env, directive);
  try {
    stabilize(env, members.length === 0 ? env.members : members);
  } finally {
    env.output.level = level;
  }
}

function parseConfChange(directive: Directive): ConfChange {
  const changes = parseChanges(directive.input);
  const isV1 = boolean(option(directive, 'v1')?.values[0] ?? 'false');
  const transition = TRANSITIONS[option(directive, 'transition')?.values[0] ?? 'auto'];
  if (transition === undefined) {
    throw new Error(`line ${directive.line}: unknown transition`);
  }
  const [only] = changes;
  if (!isV1) {
    return { transition, changes, context: NO_BYTES };
  }
  if (only === undefined || changes.length > 1 || transition !== 'ConfChangeTransitionAuto') {
    throw new RaftError('invalidConfChange', 'v1 conf change can only have one operation and no transition');
  }
  return { ...only, id: 0n, context: NO_BYTES };
}

const TRANSITIONS: Readonly<Record<string, ConfChangeTransition>> = {
  auto: 'ConfChangeTransitionAuto',
  implicit: 'ConfChangeTransitionJointImplicit',
  explicit: 'ConfChangeTransitionJointExplicit',
};

function tickMember({ node }: Member, ticks: number): void {
  for (let i = 0; i < ticks; i++) {
    node.tick();
  }
}

function sendSnapshot(env: Env, directive: Directive): void {
  const from = first(env, directive);
  const to = BigInt(word(directive, 1));
  const snapshot = from.storage.snapshot();
  const m = message('MsgSnap', { term: from.node.basicStatus().term, from: from.id, to, snapshot });
  env.inFlight.push(m);
  env.output.write(describeMessage(m));
}

function printLog(env: Env, { storage }: Member): void {
  const begin = storage.firstIndex();
  const end = storage.lastIndex();
  const entries = begin > end ? 'compacted' : storage.entries(begin, end + 1n, Number.POSITIVE_INFINITY);
  if (typeof entries === 'string') {
    env.output.write(`log is empty: first index=${begin}, last index=${end}`);
  } else {
    env.output.write(describeEntries(entries));
  }
}

function printState(env: Env): void {
  for (const { node } of env.members) {
    const { id, role, term, lead, config } = node.status();
    const voter = allVoters(config.voters).has(id) ? '(Voter)' : '(Non-Voter)';
    env.output.write(`${id}: ${ROLE_TEXT[role]} ${voter} Term:${term} Lead:${lead}\n`);
  }
}
