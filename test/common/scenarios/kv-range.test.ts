/** What a range returns: one data set, and every option on it. */
import { beforeAll, expect, it } from 'vitest';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { bounds, refusal } from '../harness/kit.ts';
import { bytes, type GetOptions, kv, rangeRequest, textKv, type TextKv } from '../harness/text.ts';

interface RangeCase {
  readonly key: string;
  readonly options?: GetOptions;
  /** Names of rows below. */
  readonly expected: string;
  readonly count: bigint;
  readonly more?: boolean;
}

/** Written in this order from the revision `base` on; `ant` is written over twice, `cat` deleted and made again. */
const WRITES = ['ant=7', 'bee=3', 'ant=5', 'cat=1', '-cat', 'ant/1=9', 'ant=4', 'cat=2', 'dog=8'] as const;

const all: GetOptions = { prefix: true };
const cases: readonly RangeCase[] = [
  { key: 'ant', expected: 'ant', count: 1n },
  { key: 'an', expected: '', count: 0n },
  { key: 'ant', options: { serializable: true }, expected: 'ant', count: 1n },
  { key: 'ant', options: { end: 'cat' }, expected: 'ant ant/1 bee', count: 3n },
  { key: 'ant', options: { end: 'ant' }, expected: '', count: 0n },
  { key: 'cat', options: { end: 'ant' }, expected: '', count: 0n },
  { key: 'ant', options: { prefix: true }, expected: 'ant ant/1', count: 2n },
  { key: 'bee', options: { fromKey: true }, expected: 'bee cat dog', count: 3n },
  { key: '', options: all, expected: 'ant ant/1 bee cat dog', count: 5n },
  { key: '', options: { ...all, limit: 2n }, expected: 'ant ant/1', count: 5n, more: true },
  { key: '', options: { ...all, limit: 5n }, expected: 'ant ant/1 bee cat dog', count: 5n },
  { key: '', options: { ...all, limit: 6n }, expected: 'ant ant/1 bee cat dog', count: 5n },
  { key: '', options: { ...all, countOnly: true }, expected: '', count: 5n },
  { key: 'ant', options: { countOnly: true }, expected: '', count: 1n },
  { key: '', options: { ...all, order: 'descend' }, expected: 'dog cat bee ant/1 ant', count: 5n },
  { key: '', options: { ...all, order: 'ascend', by: 'version' }, expected: 'ant/1 bee cat dog ant', count: 5n },
  { key: '', options: { ...all, order: 'ascend', by: 'create' }, expected: 'ant bee ant/1 cat dog', count: 5n },
  { key: '', options: { ...all, order: 'descend', by: 'create' }, expected: 'dog cat ant/1 bee ant', count: 5n },
  { key: '', options: { ...all, order: 'ascend', by: 'mod' }, expected: 'bee ant/1 ant cat dog', count: 5n },
  { key: '', options: { ...all, order: 'descend', by: 'mod' }, expected: 'dog cat ant ant/1 bee', count: 5n },
  { key: '', options: { ...all, order: 'ascend', by: 'value' }, expected: 'cat bee ant dog ant/1', count: 5n },
  { key: '', options: { ...all, by: 'value' }, expected: 'cat bee ant dog ant/1', count: 5n },
  { key: '', options: { ...all, by: 'mod' }, expected: 'bee ant/1 ant cat dog', count: 5n },
  {
    key: '',
    options: { ...all, order: 'descend', by: 'value', limit: 2n },
    expected: 'ant/1 dog',
    count: 5n,
    more: true,
  },
  { key: 'b', options: { end: 'z', order: 'descend', limit: 1n }, expected: 'dog', count: 3n, more: true },
];

/** Revisions as offsets from the base, which only the running cluster knows. */
const cutCases: readonly (RangeCase & {
  readonly from: Partial<Record<'minMod' | 'maxMod' | 'minCreate' | 'maxCreate', bigint>>;
})[] = [
  { key: '', options: all, from: { minMod: 6n }, expected: 'ant ant/1 cat dog', count: 5n },
  { key: '', options: all, from: { maxMod: 6n }, expected: 'ant/1 bee', count: 5n },
  { key: '', options: all, from: { minMod: 6n, maxMod: 7n }, expected: 'ant ant/1', count: 5n },
  { key: '', options: all, from: { minCreate: 6n }, expected: 'ant/1 cat dog', count: 5n },
  { key: '', options: { ...all, order: 'descend' }, from: { maxCreate: 2n }, expected: 'bee ant', count: 5n },
  { key: '', options: { ...all, limit: 1n }, from: { minMod: 7n }, expected: 'ant', count: 5n, more: true },
];

describeTogether('range', {}, (scene: Scene) => {
  let base = 0n;
  let rows: Record<string, TextKv> = {};

  beforeAll(async () => {
    const client = await scene.client();
    base = await client.revision();
    for (const write of WRITES) {
      const [key = '', value = ''] = write.split('=');
      await (write.startsWith('-') ? client.del(key.slice(1)) : client.put(key, value));
    }
    rows = {
      ant: kv('ant', '4', base + 1n, base + 7n, 3n),
      'ant/1': kv('ant/1', '9', base + 6n),
      bee: kv('bee', '3', base + 2n),
      cat: kv('cat', '2', base + 8n),
      dog: kv('dog', '8', base + 9n),
    };
  });

  const rowsOf = (names: string): TextKv[] => (names === '' ? [] : names.split(' ').map((name) => rows[name]!));
  const titleOf = (key: string, options: object = {}): string =>
    `${key || '(all)'} ${Object.entries(options)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`;

  for (const { key, options = {}, expected, count, more = false } of cases) {
    it(`gives ${titleOf(key, options)}`, async () => {
      const client = await scene.client();
      const wanted = { revision: base + 9n, count, more, kvs: rowsOf(expected) };
      expect(await client.get(key, options)).toEqual(wanted);
      if (options.countOnly) return;
      const bare = wanted.kvs.map((row) => ({ ...row, value: '' }));
      const keysOnly = await client.get(key, { ...options, keysOnly: true });
      // Without values there is nothing to sort by.
      if (options.by === 'value') expect(keysOnly.kvs.map(({ value }) => value).join('')).toBe('');
      else expect(keysOnly).toEqual({ ...wanted, kvs: bare });
    });
  }

  for (const { key, options, from, expected, count, more = false } of cutCases) {
    it(`cuts ${titleOf(key, { ...options, ...from })}`, async () => {
      const client = await scene.client();
      const cut = Object.fromEntries(Object.entries(from).map(([name, offset]) => [name, base + offset]));
      expect(await client.get(key, { ...options, ...cut })).toEqual({
        revision: base + 9n,
        count,
        more,
        kvs: rowsOf(expected),
      });
    });
  }

  it('[inv 19] shows each revision as it was, for ever', async () => {
    const client = await scene.client();
    const at = async (offset: bigint): Promise<string> =>
      (await client.get('', { prefix: true, revision: base + offset })).kvs
        .map(({ key, value, version }) => `${key}=${value}:${version}`)
        .join(' ');
    expect(await at(1n)).toBe('ant=7:1');
    expect(await at(3n)).toBe('ant=5:2 bee=3:1');
    expect(await at(4n)).toBe('ant=5:2 bee=3:1 cat=1:1');
    expect(await at(5n)).toBe('ant=5:2 bee=3:1');
    expect(await at(9n)).toBe('ant=4:3 ant/1=9:1 bee=3:1 cat=2:1 dog=8:1');
    const old = await client.get('', { prefix: true, revision: base + 5n });
    expect(old.revision, 'the header has the current revision').toBe(base + 9n);
    expect(await refusal(client.get('ant', { revision: base + 10n }))).toEqual([
      11,
      'etcdserver: mvcc: required revision is a future revision',
    ]);
  });

  it('refuses what it cannot sort by, and an empty key', async () => {
    const { raw } = await scene.client();
    const sortBy = (sort_order: number, sort_target: number): Promise<readonly [number | undefined, string]> =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- numbers that the enumerations do not have
      refusal(raw.kv.range({ key: bytes('ant'), sort_order, sort_target } as never, bounds()));
    const invalid = [3, 'etcdserver: invalid sort option'] as const;
    if (scene.since('3.7')) {
      expect(await sortBy(3, 0)).toEqual(invalid);
      expect(await sortBy(0, 5)).toEqual(invalid);
    }
    expect(await refusal(raw.kv.range({}, bounds()))).toEqual([3, 'etcdserver: key is not provided']);
  });

  it('streams the same rows in pieces', async ({ skip }) => {
    if (!scene.since('3.7')) skip('came with etcd 3.7');
    const { raw } = await scene.client();
    const streamed = async (
      key: string,
      options: GetOptions,
    ): Promise<{ kvs: TextKv[]; count: bigint; more: boolean }> => {
      const answer = { kvs: [] as TextKv[], count: -1n, more: false };
      for await (const { range_response } of raw.kv.rangeStream(rangeRequest(key, options), bounds())) {
        answer.kvs.push(...(range_response?.kvs ?? []).map(textKv));
        if (range_response?.header) Object.assign(answer, { count: range_response.count, more: range_response.more });
      }
      return answer;
    };
    for (const { key, options = {}, expected, count, more = false } of cases.filter(
      ({ options }) => !options?.order && !options?.by,
    )) {
      expect(await streamed(key, options), titleOf(key, options)).toEqual({ kvs: rowsOf(expected), count, more });
    }
    expect((await streamed('', { prefix: true, revision: base + 3n })).kvs.map((row) => row.key)).toEqual([
      'ant',
      'bee',
    ]);
  });
});
