import { asV2, decodeConfChange } from './confchange/index.ts';
import { RaftError } from './errors.ts';
import type { Message } from './message.ts';
import { quoteBytes } from './quote.ts';
import type { Ready } from './ready.ts';
import { hex, ROLE_TEXT } from './text.ts';
import {
  APPEND_THREAD,
  APPLY_THREAD,
  type ConfChange,
  type ConfChangeSingle,
  type ConfChangeType,
  type ConfState,
  EMPTY_HARD_STATE,
  type Entry,
  type HardState,
  NONE,
  type ReadState,
  sameHardState,
  type Snapshot,
  type SoftState,
} from './types.ts';

/** Text for the payload of a normal entry. */
export type FormatData = (data: Uint8Array) => string;

const CHANGE_LETTERS: Readonly<Record<ConfChangeType, string>> = {
  ConfChangeAddNode: 'v',
  ConfChangeAddLearnerNode: 'l',
  ConfChangeRemoveNode: 'r',
  ConfChangeUpdateNode: 'u',
};

export function describeHardState({ term, vote, commit }: HardState): string {
  return `Term:${term}${vote === NONE ? '' : ` Vote:${vote}`} Commit:${commit}`;
}

export function describeSoftState({ lead, role }: SoftState): string {
  return `Lead:${lead} State:${ROLE_TEXT[role]}`;
}

export function describeConfState(state: ConfState): string {
  return (
    `Voters:${list(state.voters)} VotersOutgoing:${list(state.votersOutgoing)} Learners:${list(state.learners)} ` +
    `LearnersNext:${list(state.learnersNext)} AutoLeave:${state.autoLeave}`
  );
}

export function describeSnapshot({ index, term, confState }: Snapshot): string {
  return `Index:${index} Term:${term} ConfState:${describeConfState(confState)}`;
}

/** As in `v1 l2 r3 u4`: 1 becomes a voter, 2 a learner, 3 is removed, 4 is updated. */
export function describeChanges(changes: readonly ConfChangeSingle[]): string {
  return changes.map(({ type, nodeId }) => `${CHANGE_LETTERS[type]}${nodeId}`).join(' ');
}

export function describeConfChange(change: ConfChange): string {
  const { transition, changes, context } = asV2(change);
  const words = [`transition:${transition}`];
  for (const { type, nodeId } of changes) {
    words.push(`changes:{type:${type} node_id:${nodeId}}`);
  }
  if (context.length > 0) {
    words.push(`context:${quoteBytes(context)}`);
  }
  return words.join(' ');
}

/** As in `2/7 EntryNormal "data"`: term, index, type and content. */
export function describeEntry(entry: Entry, formatData: FormatData = quoteBytes): string {
  const content = describeContent(entry, formatData);
  return `${entry.term}/${entry.index} ${entry.type}${content === '' ? '' : ` ${content}`}`;
}

/** One entry a line, each with a newline. */
export function describeEntries(entries: readonly Entry[], formatData: FormatData = quoteBytes): string {
  return entries.map((entry) => `${describeEntry(entry, formatData)}\n`).join('');
}

/** One message, without a newline at its end; entries and responses stand on lines of their own where there are many. */
export function describeMessage(m: Message, formatData: FormatData = quoteBytes, indent = ''): string {
  const parts = [
    `${indent}${describeTarget(m.from)}->${describeTarget(m.to)} ${m.type} Term:${m.term} Log:${m.logTerm}/${m.index}`,
  ];
  if (m.reject) {
    parts.push(` Rejected (Hint: ${m.rejectHint})`);
  }
  if (m.commit !== 0n) {
    parts.push(` Commit:${m.commit}`);
  }
  if (m.vote !== NONE) {
    parts.push(` Vote:${m.vote}`);
  }
  const entries = m.entries.map((entry) => describeEntry(entry, formatData));
  if (entries.length === 1) {
    parts.push(` Entries:[${entries.join('')}]`);
  } else if (entries.length > 1) {
    parts.push(` Entries:[\n${entries.map((entry) => `${indent}  ${entry}\n`).join('')}${indent}]`);
  }
  if (m.snapshot !== undefined && m.snapshot.index !== 0n) {
    parts.push(`\n${indent}  Snapshot: ${describeSnapshot(m.snapshot)}`);
  }
  if (m.responses.length > 0) {
    const responses = m.responses.map((response) => `${describeMessage(response, formatData, `${indent}  `)}\n`);
    parts.push(` Responses:[\n${responses.join('')}${indent}]`);
  }
  return parts.join('');
}

/** Every part of a Ready that says something, on lines of their own. */
export function describeReady(ready: Ready, formatData: FormatData = quoteBytes): string {
  const parts: string[] = [];
  if (ready.softState !== undefined) {
    parts.push(`${describeSoftState(ready.softState)}\n`);
  }
  if (ready.hardState !== undefined && !sameHardState(ready.hardState, EMPTY_HARD_STATE)) {
    parts.push(`HardState ${describeHardState(ready.hardState)}\n`);
  }
  if (ready.readStates.length > 0) {
    parts.push(`ReadStates [${ready.readStates.map(describeReadState).join(' ')}]\n`);
  }
  if (ready.entries.length > 0) {
    parts.push(`Entries:\n${describeEntries(ready.entries, formatData)}`);
  }
  if (ready.snapshot !== undefined) {
    parts.push(`Snapshot ${describeSnapshot(ready.snapshot)}\n`);
  }
  if (ready.committedEntries.length > 0) {
    parts.push(`CommittedEntries:\n${describeEntries(ready.committedEntries, formatData)}`);
  }
  if (ready.messages.length > 0) {
    parts.push(`Messages:\n${ready.messages.map((m) => `${describeMessage(m, formatData)}\n`).join('')}`);
  }
  return parts.length === 0 ? '<empty Ready>' : `Ready MustSync=${ready.mustSync}:\n${parts.join('')}`;
}

function describeContent(entry: Entry, formatData: FormatData): string {
  try {
    const change = decodeConfChange(entry);
    return change === undefined ? formatData(entry.data) : describeChanges(asV2(change).changes);
  } catch (error) {
    if (error instanceof RaftError) {
      return error.message;
    }
    throw error;
  }
}

function list(ids: readonly bigint[]): string {
  return `[${ids.join(' ')}]`;
}

function describeReadState({ index, context }: ReadState): string {
  return `{${index} [${context.join(' ')}]}`;
}

function describeTarget(id: bigint): string {
  if (id === APPEND_THREAD) {
    return 'AppendThread';
  }
  if (id === APPLY_THREAD) {
    return 'ApplyThread';
  }
  return id === NONE ? 'None' : hex(id);
}
