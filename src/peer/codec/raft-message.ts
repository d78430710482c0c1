import { type Entry, type EntryType, type Message, message, MESSAGE_TYPES, type Snapshot } from '../../raft/index.ts';
import { Entry as EntryCodec } from '../../wire/disk.ts';
import { RaftMessage } from '../../wire/peer.ts';
import { PeerError } from '../errors.ts';

const ENTRY_TYPES: readonly EntryType[] = ['EntryNormal', 'EntryConfChange', 'EntryConfChangeV2'];
const NO_BYTES = new Uint8Array(0);

/** What {@link RaftMessage} holds for an entry and for a snapshot. */
type WireEntry = ReturnType<typeof EntryCodec.decode>;
type WireSnapshot = ReturnType<typeof RaftMessage.decode>['snapshot'];

// Zero scalars are written out, as members up to 3.6 expect nothing else and 3.7 takes both.

export function encodeMessage(m: Message): Uint8Array {
  return RaftMessage.encode({
    type: MESSAGE_TYPES.indexOf(m.type),
    to: m.to,
    from: m.from,
    term: m.term,
    log_term: m.logTerm,
    index: m.index,
    entries: m.entries.map(toWireEntry),
    commit: m.commit,
    snapshot: toWireSnapshot(m.snapshot),
    reject: m.reject,
    reject_hint: m.rejectHint,
    context: m.context.length > 0 ? m.context : undefined,
    vote: m.vote === 0n ? undefined : m.vote,
  }).finish();
}

/** @throws PeerError `malformed` */
export function decodeMessage(bytes: Uint8Array): Message {
  const wire = decode('message', () => RaftMessage.decode(bytes));
  const type = MESSAGE_TYPES[wire.type ?? 0];
  if (type === undefined) throw new PeerError('malformed', `unknown type of raft message: ${wire.type}`);
  return message(type, {
    to: wire.to ?? 0n,
    from: wire.from ?? 0n,
    term: wire.term ?? 0n,
    logTerm: wire.log_term ?? 0n,
    index: wire.index ?? 0n,
    entries: wire.entries.map(fromWireEntry),
    commit: wire.commit ?? 0n,
    snapshot: fromWireSnapshot(wire.snapshot),
    reject: wire.reject ?? false,
    rejectHint: wire.reject_hint ?? 0n,
    context: wire.context ?? NO_BYTES,
    vote: wire.vote ?? 0n,
  });
}

export const encodeEntry = (entry: Entry): Uint8Array => EntryCodec.encode(toWireEntry(entry)).finish();

/** @throws PeerError `malformed` */
export const decodeEntry = (bytes: Uint8Array): Entry => fromWireEntry(decode('entry', () => EntryCodec.decode(bytes)));

function decode<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PeerError('malformed', `a raft ${what} cannot be decoded`, { cause: error });
  }
}

function toWireEntry({ type, term, index, data }: Entry): WireEntry {
  const number = type === 'EntryNormal' ? 0 : type === 'EntryConfChange' ? 1 : 2;
  return { type: number, term, index, data: data.length > 0 ? data : undefined };
}

function fromWireEntry({ type, term, index, data }: WireEntry): Entry {
  const named = ENTRY_TYPES[type ?? 0];
  if (named === undefined) throw new PeerError('malformed', `unknown type of raft entry: ${type}`);
  return { type: named, term: term ?? 0n, index: index ?? 0n, data: data ?? NO_BYTES };
}

function toWireSnapshot(snapshot: Snapshot | undefined): WireSnapshot {
  // Members up to 3.6 read the metadata of every message's snapshot without looking whether there is one.
  if (snapshot === undefined) return { metadata: { conf_state: confState(), index: 0n, term: 0n } };
  const { confState: state, index, term, data } = snapshot;
  return {
    data: data.length > 0 ? data : undefined,
    metadata: {
      conf_state: {
        voters: [...state.voters],
        learners: [...state.learners],
        voters_outgoing: [...state.votersOutgoing],
        learners_next: [...state.learnersNext],
        auto_leave: state.autoLeave,
      },
      index,
      term,
    },
  };
}

const confState = () => ({ voters: [], learners: [], voters_outgoing: [], learners_next: [], auto_leave: false });

/** One at index 0 stands for none. */
function fromWireSnapshot(wire: WireSnapshot): Snapshot | undefined {
  const { index = 0n, term = 0n, conf_state: state } = wire?.metadata ?? {};
  if (index === 0n) return undefined;
  return {
    index,
    term,
    confState: {
      voters: state?.voters ?? [],
      learners: state?.learners ?? [],
      votersOutgoing: state?.voters_outgoing ?? [],
      learnersNext: state?.learners_next ?? [],
      autoLeave: state?.auto_leave ?? false,
    },
    data: wire?.data ?? NO_BYTES,
  };
}
