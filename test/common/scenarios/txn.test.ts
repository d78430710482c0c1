/** Transactions: conditions, branches, one revision, and what is refused. */
import { expect, it } from 'vitest';
import { refusal } from '../harness/kit.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { kv, op, type TxnSpec, when } from '../harness/text.ts';

/** On `t/k`: written twice (version 2) with the value `m` and no lease. */
type Condition = NonNullable<TxnSpec['if']>[number];
const conditions: readonly (readonly [
  title: string,
  holds: boolean,
  make: (create: bigint, mod: bigint) => Condition,
])[] = [
  ['the value is m', true, () => when.value('t/k', '=', 'm')],
  ['the value is n', false, () => when.value('t/k', '=', 'n')],
  ['the value is more than l', true, () => when.value('t/k', '>', 'l')],
  ['the value is less than m', false, () => when.value('t/k', '<', 'm')],
  ['the value is less than ma', true, () => when.value('t/k', '<', 'ma')],
  ['the value is not n', true, () => when.value('t/k', '!=', 'n')],
  ['the version is 2', true, () => when.version('t/k', '=', 2n)],
  ['the version is more than 2', false, () => when.version('t/k', '>', 2n)],
  ['it was made at its making', true, (create) => when.create('t/k', '=', create)],
  ['it was made after its making', false, (create) => when.create('t/k', '>', create)],
  ['it was written before now', true, (_, mod) => when.mod('t/k', '<', mod + 1n)],
  ['it was not written at its writing', false, (_, mod) => when.mod('t/k', '!=', mod)],
  ['it has no lease', true, () => when.lease('t/k', '=', 0n)],
  ['it has a lease', false, () => when.lease('t/k', '>', 0n)],
  ['nothing there was never made', true, () => when.create('t/none', '=', 0n)],
  ['nothing there has version 0', true, () => when.version('t/none', '=', 0n)],
  ['nothing there has version 1', false, () => when.version('t/none', '=', 1n)],
  ['nothing there has a value', false, () => when.value('t/none', '=', '')],
  ['nothing there has another value', false, () => when.value('t/none', '!=', 'x')],
  ['all of a range is written', true, () => when.version('t/k', '>', 0n, 't/l')],
  ['all of a range is m', false, () => when.value('t/', '=', 'm', 't0')],
];

describeTogether('txn', {}, (scene: Scene) => {
  for (const [title, holds, make] of conditions) {
    it(`sees ${holds ? 'that' : 'it is not so that'} ${title}`, async () => {
      const client = await scene.client();
      await client.del('t/', { prefix: true });
      await client.put('t/a', 'other');
      const create = (await client.put('t/k', '1')).revision;
      const mod = (await client.put('t/k', 'm')).revision;
      const before = await client.revision();
      const answer = await client.txn({
        if: [make(create, mod)],
        success: [op.put('t/yes')],
        failure: [op.put('t/no')],
      });
      expect(answer).toEqual({ revision: before + 1n, succeeded: holds, results: [{ put: undefined }] });
      expect(await client.keys(holds ? 't/yes' : 't/no')).toHaveLength(1);
      expect(await client.keys(holds ? 't/no' : 't/yes')).toHaveLength(0);
    });
  }

  it('needs every condition, and none', async () => {
    const client = await scene.client();
    await client.put('every', '1');
    const [yes, no] = [when.value('every', '=', '1'), when.value('every', '=', '2')];
    const succeeded = async (...conditions: Condition[]): Promise<boolean> =>
      (await client.txn({ if: conditions })).succeeded;
    expect(await succeeded()).toBe(true);
    expect(await succeeded(yes, yes)).toBe(true);
    expect(await succeeded(yes, no)).toBe(false);
  });

  it('[inv 16] has one revision for all it does, and reads what it did before', async () => {
    const client = await scene.client();
    await client.put('one/old', 'o');
    const before = await client.revision();
    const { revision, results } = await client.txn({
      success: [
        op.put('one/a', '1'),
        op.get('one/', { prefix: true }),
        op.put('one/b', '2'),
        op.del('one/old', { prev: true }),
        op.get('one/', { prefix: true }),
      ],
    });
    expect(revision).toBe(before + 1n);
    const a = kv('one/a', '1', revision);
    const old = kv('one/old', 'o', before);
    expect(results).toEqual([
      { put: undefined },
      { get: [a, old], count: 2n },
      { put: undefined },
      { deleted: 1n, prev: [old] },
      { get: [a, kv('one/b', '2', revision)], count: 2n },
    ]);
    expect((await client.get('one/', { prefix: true })).kvs.map(({ mod }) => mod)).toEqual([revision, revision]);
  });

  it('[inv 14] that changes nothing leaves the revision', async () => {
    const client = await scene.client();
    const before = await client.revision();
    const read = await client.txn({ success: [op.get('none'), op.del('none')] });
    expect(read).toMatchObject({ revision: before, succeeded: true });
    expect((await client.txn({})).revision).toBe(before);
    expect(await client.revision()).toBe(before);
  });

  it('may hold transactions, which see what was written around them', async () => {
    const client = await scene.client();
    const inner: TxnSpec = {
      if: [when.value('nest/a', '=', '1')],
      success: [op.put('nest/b', '2'), op.get('nest/a')],
      failure: [op.put('nest/c')],
    };
    // Conditions are all decided before anything is written.
    const first = await client.txn({ success: [op.put('nest/a', '1'), op.txn(inner)] });
    expect(first.results[1]).toMatchObject({ succeeded: false });
    const second = await client.txn({ success: [op.txn(inner), op.put('nest/d')] });
    expect(second.results[0]).toMatchObject({ succeeded: true, results: [{ put: undefined }, { count: 1n }] });
    expect(await client.keys('nest/', { prefix: true })).toEqual(['nest/a', 'nest/b', 'nest/c', 'nest/d']);
  });
});

describeTogether('a refused txn', {}, (scene: Scene) => {
  const invalid = (text: string) => [3, `etcdserver: ${text}`] as const;

  it('[inv 17] writes one key twice, or deletes what it writes', async () => {
    const client = await scene.client();
    const before = await client.revision();
    const duplicate = invalid('duplicate key given in txn request');
    const refused = (...success: NonNullable<TxnSpec['success']>) => refusal(client.txn({ success }));
    expect(await refused(op.put('a'), op.put('a'))).toEqual(duplicate);
    expect(await refused(op.put('a'), op.del('a'))).toEqual(duplicate);
    expect(await refused(op.del('a'), op.put('a'))).toEqual(duplicate);
    expect(await refused(op.put('ab'), op.del('a', { prefix: true }))).toEqual(duplicate);
    expect(await refused(op.put('a'), op.txn({ success: [op.put('a')] }))).toEqual(duplicate);
    expect(await refused(op.put('a'), op.txn({ failure: [op.del('a')] }))).toEqual(duplicate);
    expect(await refused(op.txn({ success: [op.put('a')] }), op.txn({ success: [op.put('a')] }))).toEqual(duplicate);
    expect(await client.revision()).toBe(before);
  });

  it('[inv 17] is not one that writes a key in both branches, or deletes twice', async () => {
    const client = await scene.client();
    await client.txn({ success: [op.put('both')], failure: [op.put('both')] });
    await client.txn({ success: [op.txn({ success: [op.put('both/1')], failure: [op.put('both/1')] })] });
    const { results } = await client.txn({ success: [op.del('both', { prefix: true }), op.del('both')] });
    expect(results).toMatchObject([{ deleted: 2n }, { deleted: 0n }]);
    await client.txn({ success: [op.put('b'), op.del('a', { end: 'b' }), op.del('c', { fromKey: true })] });
  });

  it('[inv 17] has more than 128 conditions or operations in a branch', async () => {
    const client = await scene.client();
    const tooMany = invalid('too many operations in txn request');
    const puts = (count: number) => Array.from({ length: count }, (_, index) => op.put(`many/${index}`));
    await client.txn({ success: puts(128) });
    expect(await refusal(client.txn({ success: puts(129) }))).toEqual(tooMany);
    expect(await refusal(client.txn({ failure: puts(129) }))).toEqual(tooMany);
    const same = Array.from({ length: 129 }, () => when.version('x', '=', 0n));
    expect(await refusal(client.txn({ if: same }))).toEqual(tooMany);
    expect(await refusal(client.txn({ success: [op.txn({ success: puts(129) })] }))).toEqual(tooMany);
    expect((await client.get('many/', { prefix: true, countOnly: true })).count).toBe(128n);
  });

  it('[inv 16] leaves nothing of what came before the fault', async () => {
    const client = await scene.client();
    const before = await client.revision();
    const fault = (success: NonNullable<TxnSpec['success']>) => refusal(client.txn({ success }));
    expect(await fault([op.put('half'), op.put('')])).toEqual(invalid('key is not provided'));
    expect(await fault([op.put('half'), op.get('')])).toEqual(invalid('key is not provided'));
    expect(await fault([op.put('half'), op.put('half/2', '', { lease: 77n })])).toEqual([
      5,
      'etcdserver: requested lease not found',
    ]);
    expect(await fault([op.put('half'), op.get('x', { revision: before + 9n })])).toEqual([
      11,
      'etcdserver: mvcc: required revision is a future revision',
    ]);
    expect(await client.get('half', { prefix: true })).toMatchObject({ kvs: [], revision: before });
  });
});
