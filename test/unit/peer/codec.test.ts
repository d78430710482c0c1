import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendStreamDecoder, AppendStreamEncoder } from '../../../src/peer/codec/append-stream.ts';
import { messageStreamEncoder, MessageStreamDecoder } from '../../../src/peer/codec/message-stream.ts';
import { decodeMessage, encodeMessage } from '../../../src/peer/codec/raft-message.ts';
import type { StreamDecoder, StreamEncoder } from '../../../src/peer/codec/streams.ts';
import { PeerError } from '../../../src/peer/index.ts';
import { type Entry, type Message, message, MESSAGE_TYPES } from '../../../src/raft/index.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = fc.uint8Array({ maxLength: 40 });
const entry: fc.Arbitrary<Entry> = fc.record({
  type: fc.constantFrom('EntryNormal', 'EntryConfChange', 'EntryConfChangeV2'),
  term: uint64,
  index: uint64,
  data: bytes,
});
const snapshot = fc.record({
  index: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  term: uint64,
  data: bytes,
  confState: fc.record({
    voters: fc.array(uint64),
    learners: fc.array(uint64),
    votersOutgoing: fc.array(uint64),
    learnersNext: fc.array(uint64),
    autoLeave: fc.boolean(),
  }),
});
const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    type: fc.constantFrom(...MESSAGE_TYPES),
    to: uint64,
    from: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
    term: uint64,
    logTerm: uint64,
    index: uint64,
    entries: fc.array(entry, { maxLength: 4 }),
    commit: uint64,
    vote: uint64,
    snapshot: fc.option(snapshot, { nil: undefined }),
    reject: fc.boolean(),
    rejectHint: uint64,
    context: bytes,
  })
  .map(({ type, ...fields }) => message(type, fields));

/** The bytes of both, equal in content though some share a buffer. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'bigint' ? `${each}n` : each instanceof Uint8Array ? [...each] : each,
    ),
  );

const feed = (decoder: StreamDecoder, stream: Uint8Array, sizes: readonly number[]): Message[] => {
  const messages: Message[] = [];
  let at = 0;
  for (const size of [...sizes, stream.length]) {
    if (at < stream.length) messages.push(...decoder.decode(stream.slice(at, at + size)));
    at += size;
  }
  return messages;
};
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe('a message between members', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyMessage, (m) => {
        expect(plain(decodeMessage(encodeMessage(m)))).toEqual(plain(m));
      }),
      { numRuns: 300 },
    );
  });

  it("is written with its zeros, in etcd's field numbers", () => {
    const hex = Buffer.from(encodeMessage(message('MsgHeartbeat', { to: 1n, from: 2n, term: 3n }))).toString('hex');
    expect(hex).toBe('08081001180220032800300040004a0a12080a0228001000180050005800');
  });

  it.each([
    ['a type that is none', Uint8Array.of(0x08, 0x7f)],
    ['cut off', Uint8Array.of(0x3a, 0x7f, 0x01)],
    ['an entry of no type', Uint8Array.of(0x08, 0x03, 0x3a, 0x02, 0x08, 0x09)],
  ])('is refused: %s', (_, wrong) => {
    expect(() => decodeMessage(wrong)).toThrow(PeerError);
  });
});

describe('a stream', () => {
  const appends = fc
    .array(fc.record({ entries: fc.array(bytes, { maxLength: 3 }), jump: fc.nat(9), commit: uint64 }), {
      maxLength: 12,
    })
    .map((plans) => {
      let index = 10n;
      let term = 1n;
      return plans.map(({ entries, jump, commit }) => {
        // Now and then a new term begins, or the leader goes back.
        const logTerm = term;
        if (jump === 0) term += 1n;
        if (jump === 1) index -= 1n;
        const at = index;
        index += BigInt(entries.length);
        const made = entries.map(
          (data, offset): Entry => ({ type: 'EntryNormal', term, index: at + 1n + BigInt(offset), data }),
        );
        return message('MsgApp', { from: 7n, to: 8n, term, logTerm, index: at, entries: made, commit });
      });
    });

  it.each<[string, fc.Arbitrary<Message[]>, () => StreamEncoder, () => StreamDecoder]>([
    [
      'of any messages',
      fc.array(anyMessage, { maxLength: 6 }),
      () => messageStreamEncoder,
      () => new MessageStreamDecoder(),
    ],
    ['of appends', appends, () => new AppendStreamEncoder(), () => new AppendStreamDecoder(7n, 8n)],
  ])('%s yields the same, however it is cut, heartbeats left out', (_, messages, makeEncoder, makeDecoder) => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 }), (sent, sizes) => {
        const encoder = makeEncoder();
        const stream = joined(sent.flatMap((m) => [...encoder.heartbeat(), ...encoder.encode(m)]));
        expect(plain(feed(makeDecoder(), stream, sizes))).toEqual(plain(sent));
      }),
      { numRuns: 200 },
    );
  });

  it('of appends sends those that go on from the last as their entries alone', () => {
    const encoder = new AppendStreamEncoder();
    const entries = [{ type: 'EntryNormal', term: 2n, index: 6n, data: Uint8Array.of(1) }] as const;
    const first = encoder.encode(message('MsgApp', { term: 2n, logTerm: 2n, index: 5n, entries, commit: 5n }));
    const second = encoder.encode(message('MsgApp', { term: 2n, logTerm: 2n, index: 6n, commit: 6n }));
    expect(first[0]).toEqual(Uint8Array.of(2));
    expect(Buffer.concat(second).toString('hex')).toBe(`01${'00'.repeat(8)}${'00'.repeat(7)}06`);
    expect(Buffer.concat(encoder.heartbeat()).toString('hex')).toBe('00');
  });

  it.each<[string, () => StreamDecoder, string]>([
    ['an unknown frame', () => new AppendStreamDecoder(1n, 2n), '09'],
    ['more entries than anyone sends', () => new AppendStreamDecoder(1n, 2n), '01ffffffffffffffff'],
    ['a message longer than the limit', () => new MessageStreamDecoder(10), '000000000000000b'],
    ['a message that is none', () => new MessageStreamDecoder(10), '0000000000000002087f'],
  ])('ends at %s', (_, makeDecoder, hex) => {
    expect(() => makeDecoder().decode(Buffer.from(hex, 'hex'))).toThrow(PeerError);
  });
});
