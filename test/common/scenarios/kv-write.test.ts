/** Puts and deletes: what they answer, and what they leave. */
import { beforeAll, expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { bytes, kv, type Span } from '../harness/text.ts';

describeTogether('put', {}, (scene: Scene) => {
  it('[inv 14] [inv 22] is the next revision, and can be read at once', async () => {
    const client = await scene.client();
    let last = await client.revision();
    for (const value of ['1', '2', '3']) {
      const { revision } = await client.put('next', value);
      expect(revision).toBe(last + 1n);
      last = revision;
      expect(await client.get('next')).toMatchObject({ revision, kvs: [{ value, mod: revision }] });
    }
    const serializable = await client.get('next', { serializable: true });
    expect(serializable.revision).toBe(last);
  });

  it('[inv 15] counts versions, and begins again after a delete', async () => {
    const client = await scene.client();
    const first = (await client.put('life', 'a')).revision;
    const second = (await client.put('life', 'b')).revision;
    expect((await client.get('life')).kvs).toEqual([kv('life', 'b', first, second, 2n)]);
    await client.del('life');
    expect((await client.get('life')).kvs).toEqual([]);
    const born = (await client.put('life', 'c')).revision;
    expect((await client.get('life')).kvs).toEqual([kv('life', 'c', born)]);
  });

  it('gives the key-value written over, if asked', async () => {
    const client = await scene.client();
    expect((await client.put('prev', '1', { prev: true })).prev).toBeUndefined();
    const written = (await client.put('prev', '2', { prev: true })).prev;
    expect(written).toEqual(kv('prev', '1', written!.mod));
    expect((await client.put('prev', '3')).prev).toBeUndefined();
    await client.del('prev');
    expect((await client.put('prev', '4', { prev: true })).prev).toBeUndefined();
  });

  it('keeps the value or the lease there is, if asked', async () => {
    const client = await scene.client();
    const lease = await client.grant(60n);
    const other = await client.grant(60n);
    await client.put('kept', 'value', { lease });
    await client.put('kept', '', { ignoreValue: true, lease: other });
    expect((await client.get('kept')).kvs).toMatchObject([{ value: 'value', lease: other, version: 2n }]);
    await client.put('kept', 'another', { ignoreLease: true });
    expect((await client.get('kept')).kvs).toMatchObject([{ value: 'another', lease: other, version: 3n }]);
    await client.put('kept', 'bare');
    expect((await client.get('kept')).kvs[0]).not.toHaveProperty('lease');
  });

  it('refuses what contradicts itself, changing nothing', async () => {
    const client = await scene.client();
    const before = await client.revision();
    const refused = (call: Promise<unknown>, code: number, text: string): Promise<void> =>
      expect(refusal(call)).resolves.toEqual([code, `etcdserver: ${text}`]);
    await refused(client.put('', 'v'), 3, 'key is not provided');
    await refused(client.put('x', 'v', { ignoreValue: true }), 3, 'value is provided');
    await refused(client.put('x', '', { ignoreLease: true, lease: 5n }), 3, 'lease is provided');
    await refused(client.put('x', '', { ignoreValue: true }), 3, 'key not found');
    await refused(client.put('x', 'v', { ignoreLease: true }), 3, 'key not found');
    await refused(client.put('x', 'v', { lease: 0x7fffn }), 5, 'requested lease not found');
    await refused(client.raw.kv.deleteRange({}, bounds()), 3, 'key is not provided');
    expect(await client.revision()).toBe(before);
  });

  it('takes any bytes for keys and values', async () => {
    const client = await scene.client();
    const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
    await client.put(`bytes${every}`, every);
    expect(await client.value(`bytes${every}`)).toBe(every);
    await client.put('bytes', '');
    expect(await client.value('bytes')).toBe('');
    const { kvs } = await client.raw.kv.range({ key: bytes(`bytes${every}`) }, bounds());
    expect(kvs[0]!.value).toHaveLength(256);
  });
});

interface DeleteCase {
  readonly key: string;
  readonly span?: Span;
  readonly left: string;
}

const EVERY = ['d/a', 'd/b', 'd/c', 'd/c/1', 'd/d'];
const cases: readonly DeleteCase[] = [
  { key: 'd/b', left: 'd/a d/c d/c/1 d/d' },
  { key: 'd/x', left: 'd/a d/b d/c d/c/1 d/d' },
  { key: 'd/a', span: { end: 'd/c' }, left: 'd/c d/c/1 d/d' },
  { key: 'd/c', span: { prefix: true }, left: 'd/a d/b d/d' },
  { key: 'd/c/', span: { fromKey: true }, left: 'd/a d/b d/c' },
  { key: 'd/c', span: { end: 'd/a' }, left: 'd/a d/b d/c d/c/1 d/d' },
  { key: '', span: { prefix: true }, left: '' },
];

describeTogether('delete', {}, (scene: Scene) => {
  let client: Kit;
  beforeAll(async () => {
    await (await scene.client()).put('before', '');
  });

  for (const { key, span = {}, left } of cases) {
    it(`of ${key || '(all)'} ${JSON.stringify(span)} leaves [${left}]`, async () => {
      client = await scene.client();
      await client.del('', { prefix: true });
      for (const each of EVERY) await client.put(each, each);
      const before = await client.revision();
      const gone = EVERY.filter((each) => !left.split(' ').includes(each));
      const { revision, deleted, prev } = await client.del(key, { ...span, prev: true });
      expect(deleted).toBe(BigInt(gone.length));
      expect(prev.map((each) => each.value)).toEqual(gone);
      // Deleting nothing is no change.
      expect(revision).toBe(before + (gone.length > 0 ? 1n : 0n));
      expect((await client.keys('', { prefix: true })).join(' ')).toBe(left);
      expect(await client.keys('', { prefix: true, revision: before })).toEqual(EVERY);
      expect((await client.del(key, span)).deleted).toBe(0n);
    });
  }
});
