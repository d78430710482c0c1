import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Client, openClient } from '../../../src/client/index.ts';
import type { RangeResponse } from '../../../src/wire/index.ts';
import { defaultSettings } from '../../../src/cli/settings.ts';
import { type CliRun, runCli } from '../../support/cli.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../../support/etcd-server.ts';
import { until } from '../../support/until.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const all = { key: bytes('\0'), range_end: bytes('\0') };

/** Keys and values, `key=value`, in key order. */
const pairs = ({ kvs }: RangeResponse): string[] =>
  kvs.map(({ key, value }) => `${Buffer.from(key).toString()}=${Buffer.from(value).toString()}`);

const key = (n: number): string => `k${String(n).padStart(5, '0')}`;
const clientOf = ({ endpoints }: EtcdCluster): Promise<Client> => openClient({ ...defaultSettings.client, endpoints });
const op = (name: string) => ({ request_put: { key: bytes(`p/${name}`), value: bytes(name) } });

describeEtcd('make-mirror, on etcd', (release) => {
  let clusters: readonly EtcdCluster[];
  let source: Client;
  let target: Client;

  beforeEach(async () => {
    const [from, to] = await Promise.all([startCluster({ release }), startCluster({ release })]);
    clusters = [from, to];
    [source, target] = await Promise.all([clientOf(from), clientOf(to)]);
  });
  afterEach(async () => {
    source.close();
    target.close();
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  });

  const put = (key: string, value: string) => source.kv.put({ key: bytes(key), value: bytes(value) });
  const del = (key: string) => source.kv.deleteRange({ key: bytes(key) });
  const atTarget = async (): Promise<string[]> => pairs(await target.kv.range(all));

  /** Starts a mirror, which ends only when the source goes away. */
  function mirror(words: readonly string[] = []): Promise<CliRun> {
    const [from, to] = clusters.map(({ endpoints }) => endpoints.join());
    return runCli(['make-mirror', ...words, '--endpoints', from!, to!], openClient);
  }

  it('copies thousands of keys while they change, and misses no change', async () => {
    const count = 2500;
    await Promise.all(Array.from({ length: count }, (_, n) => put(key(n), 'before')));
    void mirror();
    for (let n = 0; n < count; n += 50) {
      await put(key(n), 'during');
      await del(key(n + 1));
    }
    await put('z', 'the last');
    await until(async () => (await atTarget()).at(-1) === 'z=the last');
    expect(await atTarget()).toEqual(pairs(await source.kv.range(all)));
  });

  it('keeps revisions whole and in order', async () => {
    void mirror(['--prefix=p/', '--dest-prefix=q/', '--max-txn-ops=3']);
    await put('p/', 'first');
    await until(async () => (await atTarget()).length === 1);
    await source.kv.txn({ success: ['a', 'b', 'c'].map(op) });
    await source.kv.txn({ success: ['d', 'e', 'f', 'g'].map(op) });
    await del('p/a');
    await put('other', 'not mirrored');
    await put('p/z', 'z');
    await until(async () => (await atTarget()).includes('q/z=z'));
    const { kvs } = await target.kv.range(all);
    const revisions = kvs.map(({ key, mod_revision }) => [Buffer.from(key).toString(), mod_revision] as const);
    const first = revisions[0]![1];
    expect(revisions).toEqual([
      ['q/', first],
      ['q/b', first + 1n],
      ['q/c', first + 1n],
      ['q/d', first + 2n],
      ['q/e', first + 2n],
      ['q/f', first + 2n],
      ['q/g', first + 3n],
      ['q/z', first + 5n],
    ]);
  });

  it('follows from --rev and keeps the prefix', async () => {
    await put('p/a', '1');
    const { header } = await put('p/b', '2');
    await put('p/c', '3');
    void mirror(['--prefix=p/', `--rev=${header?.revision}`]);
    await until(async () => (await atTarget()).length === 2);
    expect(await atTarget()).toEqual(['p/b=2', 'p/c=3']);
  });

  it('goes on after the source has been away', async () => {
    void mirror();
    await put('a', '1');
    await until(async () => (await atTarget()).length === 1);
    await clusters[0]!.members[0]!.kill();
    clusters[0]!.members[0]!.start();
    await clusters[0]!.waitHealthy(0);
    await put('b', '2');
    await until(async () => (await atTarget()).length === 2);
    expect(await atTarget()).toEqual(['a=1', 'b=2']);
  });

  it('ends with etcd’s words when what it is to follow has been compacted', async () => {
    const { header: first } = await put('a', '1');
    const { header: second } = await put('a', '2');
    await source.kv.compact({ revision: second?.revision ?? 0n });
    expect(await mirror([`--rev=${first?.revision}`])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^Error: etcdserver: mvcc: required revision has been compacted\n/),
    });
  });

  it('says that it is the destination that refuses, and how it is called there', async () => {
    await target.auth.userAdd({ name: 'root', password: 'pw' });
    await target.auth.userGrantRole({ user: 'root', role: 'root' });
    await target.auth.authEnable();
    await put('a', '1');
    expect(await mirror(['--dest-user=root:wrong'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^Error: etcdserver: authentication failed, invalid user ID or password\n {2}this is about the destination\n[^]*--dest-user/,
      ),
    });
    expect(await mirror()).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^Error: etcdserver: user name is empty\n {2}this is about the destination\n[^]*--dest-user/,
      ),
    });
  });
});
