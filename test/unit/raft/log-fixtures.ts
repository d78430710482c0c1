import type { Entry, EntryType, Snapshot } from '../../../src/raft/types.ts';

/** An entry at `index` in `term` whose payload weighs `bytes`. */
export function entry(index: number, term: number, bytes = 0, type: EntryType = 'EntryNormal'): Entry {
  return { index: BigInt(index), term: BigInt(term), type, data: new Uint8Array(bytes) };
}

/** Entries from `first` on with the terms given, one each. */
export function entries(first: number, ...terms: number[]): Entry[] {
  return terms.map((term, i) => entry(first + i, term));
}

export function snapshot(index: number, term: number): Snapshot {
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  return { index: BigInt(index), term: BigInt(term), confState, data: Uint8Array.of(index) };
}

/** As `term/index`, which is all that a log is compared by. */
export function ids(list: readonly Entry[]): string[] {
  return list.map(({ term, index }) => `${term}/${index}`);
}

/** Collects log lines, of all levels. */
export function recorder(): { lines: string[]; debug: Log; info: Log; warn: Log; error: Log } {
  const lines: string[] = [];
  const log: Log = (line) => {
    lines.push(line);
  };
  return { lines, debug: log, info: log, warn: log, error: log };
}

type Log = (line: string) => void;
