import { describe, expect, it } from 'vitest';
import { RecordLog } from '../../../src/mvcc/history/record-log.ts';
import { bytes, text } from './harness.ts';

/** A log of so many puts, two a revision from 2 on, with what each record is to be. */
function filled(count: number, valueOf: (i: number) => string = String): { log: RecordLog; ids: number[] } {
  const log = new RecordLog();
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    const main = BigInt(2 + Math.floor(i / 2));
    const place = { main, sub: i % 2, isTombstone: false, previousId: ids[i - 3] ?? 0 };
    ids.push(
      log.append(place, bytes(`k${i}`), bytes(valueOf(i)), {
        createRevision: 1n,
        modRevision: main,
        version: 1n,
        lease: 0n,
      }),
    );
  }
  return { log, ids };
}

function walked(log: RecordLog, from = 0): number[] {
  const ids: number[] = [];
  log.walk(from, (segment, slot) => ids.push(segment.idAt(slot)) > 0);
  return ids;
}

/** Main, sub, key, and the records of the same key before and after. */
function shown(log: RecordLog, id: number): unknown[] | undefined {
  const segment = log.segmentOf(id);
  const slot = segment?.slotOf(id) ?? -1;
  if (!segment || slot < 0) return undefined;
  const message = segment.message(slot);
  return [
    segment.main(slot),
    segment.sub(slot),
    text(message.subarray(2, 2 + message[1]!)),
    segment.previousId(slot),
    segment.nextId(slot),
  ];
}

describe('records', () => {
  it('have ids that ascend as their revisions do', () => {
    const { log, ids } = filled(3000);
    expect(walked(log)).toEqual(ids);
    expect(ids.every((id, i) => i === 0 || id > ids[i - 1]!)).toBe(true);
    for (const i of [0, 511, 512, 2999])
      expect(shown(log, ids[i]!)).toEqual([BigInt(2 + Math.floor(i / 2)), i % 2, `k${i}`, ids[i - 3] ?? 0, 0]);
    expect(log.endId).toBe(ids.at(-1)! + 1);
  });

  it('are found by revision', () => {
    const { log, ids } = filled(3000);
    expect(log.idAfter(-1n)).toBe(ids[0]);
    expect(log.idAfter(1n)).toBe(ids[0]);
    for (const i of [2, 510, 512, 514, 2998]) expect(log.idAfter(BigInt(1 + i / 2))).toBe(ids[i]);
    expect(log.idAfter(1501n)).toBeGreaterThan(ids.at(-1)!);
    expect(walked(log, ids[2000])).toEqual(ids.slice(2000));
    expect(new RecordLog().idAfter(5n)).toBeGreaterThan(0);
  });

  it('may be of any size', () => {
    const sizes = [0, 1, 127, 128, 70_000, 200_000, 3, 131_072, 1_500_000, 5];
    const { log, ids } = filled(sizes.length, (i) => 'v'.repeat(sizes[i]!));
    for (const [i, id] of ids.entries()) {
      const segment = log.segmentOf(id)!;
      expect(segment.message(segment.slotOf(id)).length).toBeGreaterThanOrEqual(sizes[i]!);
      expect(shown(log, id)?.[2]).toBe(`k${i}`);
    }
    expect([...log.records()].map(([, value]) => value.length > 6)).toEqual(sizes.map(() => true));
  });
});

describe('dropping', () => {
  it.each([
    ['every other', (i: number) => i % 2 === 0],
    ['all but a few', (i: number) => i % 100 !== 7],
    ['all but one in thousands', (i: number) => i !== 1234],
    ['the first half', (i: number) => i < 2500],
    ['the second half', (i: number) => i >= 2500],
    ['a stretch in the middle', (i: number) => i > 600 && i < 4000],
    ['all', () => true],
    ['none', () => false],
  ])('%s leaves the rest as it was, in whatever portions', (_, isDropped) => {
    for (const portion of [5000, 1000, 37]) {
      const { log, ids } = filled(5000);
      log.supersede(ids[10]!, ids[20]!);
      const before = new Map(ids.map((id) => [id, shown(log, id)]));
      const sizes = [...log.records()].map(([key, value]) => key.length + value.length);
      const captured = log.records();
      log.seal();
      const added = log.append({ main: 9999n, sub: 0, isTombstone: true, previousId: 0 }, bytes('new'), bytes(''));
      for (let from = 0; from < ids.length; from += portion) {
        log.drop(new Set(ids.slice(from, from + portion).filter((_, i) => isDropped(from + i))));
      }
      const kept = ids.filter((_, i) => !isDropped(i));
      expect(walked(log)).toEqual([...kept, added]);
      for (const [i, id] of ids.entries()) expect(shown(log, id)).toEqual(isDropped(i) ? undefined : before.get(id));
      expect(log.count).toBe(kept.length + 1);
      expect(log.sizeBytes).toBe(18 + 5 + sizes.reduce((sum, size, i) => sum + (isDropped(i) ? 0 : size), 0));
      expect([...captured]).toHaveLength(5000);
      const next = kept[Math.floor(kept.length / 2)];
      if (next !== undefined) {
        expect(walked(log, next)).toEqual([...kept.slice(Math.floor(kept.length / 2)), added]);
        const main = shown(log, next)![0] as bigint;
        expect(log.idAfter(main - 1n)).toBe(kept.find((id) => (shown(log, id)![0] as bigint) >= main));
      }
      log.supersede(ids[0]!, added);
      expect(shown(log, ids[0]!)?.[4]).toBe(isDropped(0) ? undefined : added);
    }
  });

  it('keeps few objects for few records, however many there were', () => {
    const { log, ids } = filled(20_000);
    log.seal();
    const kept = new Set([3, 700, 5000, 5001, 12_345, 19_999].map((i) => ids[i]!));
    log.drop(new Set(ids.filter((id) => !kept.has(id))));
    const segments = new Set<unknown>();
    log.walk(0, (segment) => segments.add(segment).size > 0);
    expect(segments.size).toBe(1);
    log.drop(kept);
    expect(walked(log)).toEqual([]);
    expect(log.sizeBytes).toBe(0);
  });
});
