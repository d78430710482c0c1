import * as fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseJson, unquote, utf8DecodeStrict } from '../../../src/base/index.ts';
import { RangeResponse } from '../../../src/wire/gen/rpc/kv.ts';
import { MemberListResponse } from '../../../src/wire/gen/rpc/cluster.ts';
import { render, renderText } from './render.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
);

const response = fc
  .record({
    header: fc.option(fc.record({ cluster_id: uint64, member_id: uint64, revision: int64, raft_term: uint64 }), {
      nil: undefined,
    }),
    kvs: fc.array(
      fc.record({
        key: someBytes,
        create_revision: int64,
        mod_revision: int64,
        version: int64,
        value: someBytes,
        lease: int64,
      }),
      { maxLength: 4 },
    ),
    more: fc.boolean(),
    count: int64,
  })
  .map((partial) => RangeResponse.fromPartial(partial));

/** What JSON is to hold of a message: no zero fields, bytes as base64. */
function expectedJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(expectedJson);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, expectedJson(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => !(isEmpty(field) || field === 0n || field === false)));
}

const isEmpty = (field: unknown): boolean =>
  field === undefined || field === '' || (Array.isArray(field) && field.length === 0);

describe('what is printed can be read back', () => {
  it('from json', async () => {
    await fc.assert(
      fc.asyncProperty(response, async (message) => {
        const text = await renderText('json', (printer) => printer.get(message));
        expect(text.endsWith('}\n')).toBe(true);
        expect(parseJson(text)).toEqual(expectedJson(message));
      }),
    );
  });

  it('from json, names escaped as they may be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (name) => {
        const members = MemberListResponse.fromPartial({ members: [{ name }] });
        const text = await renderText('json', (printer) => printer.memberList(members));
        expect(JSON.parse(text)).toEqual({ members: [{ name }] });
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it('from protobuf', async () => {
    await fc.assert(
      fc.asyncProperty(response, async (message) => {
        const { out } = await render('protobuf', (printer) => printer.get(message));
        const read = RangeResponse.decode(Uint8Array.from(out));
        expect(read).toEqual(message);
      }),
    );
  });

  it('from fields', async () => {
    await fc.assert(
      fc.asyncProperty(response, async (message) => {
        const text = await renderText('fields', (printer) => printer.get(message));
        const read = text
          .split('\n')
          .map((line) => /^"(Key|Value)" : (.*)$/.exec(line)?.[2])
          .filter((literal) => literal !== undefined)
          .map((literal) => Buffer.from(unquote(literal)).toString('hex'));
        const written = message.kvs.flatMap(({ key, value }) => [key, value]);
        expect(read).toEqual(written.map((some) => Buffer.from(some).toString('hex')));
      }),
    );
  });

  it('from yaml, numbers as digits and binary as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(response, async (message) => {
        const text = await renderText('yaml', (printer) => printer.get(message));
        const read: { kvs?: { key?: string | Uint8Array; lease?: string }[] } = Object(load(text));
        const keys = (read.kvs ?? []).map(({ key }) =>
          typeof key === 'string' ? Buffer.from(key) : Buffer.from(key ?? ''),
        );
        expect(keys).toEqual(message.kvs.map(({ key }) => Buffer.from(key)));
        const leases = (read.kvs ?? []).map(({ lease }) => BigInt(lease ?? 0));
        expect(leases).toEqual(message.kvs.map(({ lease }) => lease));
        for (const { mod_revision: revision } of message.kvs) {
          if (revision !== 0n) expect(text).toContain(`mod_revision: ${revision}\n`);
        }
        for (const [index, { key }] of message.kvs.entries()) {
          if (key.length > 0)
            expect(typeof read.kvs?.[index]?.key === 'string').toBe(utf8DecodeStrict(key) !== undefined);
        }
      }),
    );
  });
});

describe('yaml of a long list', () => {
  it('is what js-yaml makes of it at once', async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `key-${index}`);
    const message = RangeResponse.fromPartial({
      kvs: keys.map((key) => ({ key: new TextEncoder().encode(key) })),
      more: true,
    });
    const text = await renderText('yaml', (printer) => printer.get(message));
    expect(text).toBe(dump({ kvs: keys.map((key) => ({ key })), more: true }, { noArrayIndent: true }));
  });
});
