import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { type CliRun, runCli } from '../../support/cli.ts';
import { type FakeClient, fakeClient, type Stubs } from '../../support/fake-client.ts';
import { type FakeIo, fakeIo } from '../../support/fake-io.ts';
import { bytes, firstOf } from './sessions.ts';

/** Answers after 20 ms of the tests' own clock. */
const steady = async (): Promise<object> => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return {};
};

const cluster = (stubs: Stubs = {}): FakeClient =>
  fakeClient({
    ...stubs,
    kv: {
      range: () => ({}),
      put: steady,
      deleteRange: () => ({ header: { revision: 9001n }, deleted: 9000n }),
      ...stubs.kv,
    },
  });

const full = new ClientError('rpc', 'etcdserver: mvcc: database space exceeded');
const good =
  'PASS: Throughput is 150 writes/s\nPASS: Slowest request took 0.020000s\nPASS: Stddev is 0.000000s\nPASS\n';

/** Runs the check while the tests' clock flies. */
async function check(words: readonly string[], client: FakeClient, io: FakeIo = fakeIo()): Promise<CliRun> {
  const over = new AbortController();
  const running = runCli(['check', 'perf', ...words], client, { io }).finally(() => over.abort());
  while (!over.signal.aborted) await vi.advanceTimersByTimeAsync(1000);
  return running;
}

describe('check perf', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('puts for a minute, deletes its keys and judges', async () => {
    const client = cluster();
    expect(await check([], client)).toMatchObject({ code: 0, out: good, err: '' });
    const puts = client.requests('kv.put');
    expect(Math.abs(puts.length - 9000)).toBeLessThanOrEqual(2);
    expect(puts[0]).toMatchObject({ value: new Uint8Array(1024) });
    expect(puts[0]).toHaveProperty('key.length', '/etcdctl-check-perf/'.length + 256);
    expect(client.requests('kv.deleteRange')).toEqual([
      { key: bytes('/etcdctl-check-perf/'), range_end: bytes('/etcdctl-check-perf0') },
    ]);
  });

  it('makes as many puts a second as the load asks for', async () => {
    const { out } = await check(['--load=m'], cluster());
    expect(out).toMatch(/^PASS: Throughput is 1000 writes\/s\n|^PASS: Throughput is 1001 writes\/s\n/);
  });

  it('compacts and defragments when it is asked to', async () => {
    const client = cluster({
      endpoints: ['a:1', 'b:1'],
      kv: { compact: () => ({}) },
      maintenance: { defragment: [{}, {}] },
    });
    const { code, out, configs } = await check(['--auto-compact', '--auto-defrag', '--prefix=/p/'], client);
    expect({ code, out }).toEqual({
      code: 0,
      out: `Compacting with revision 9001\nCompacted with revision 9001\nDefragmenting "a:1"\nDefragmented "a:1"\nDefragmenting "b:1"\nDefragmented "b:1"\n${good}`,
    });
    expect(client.requests('kv.compact')).toEqual([{ revision: 9001n, physical: true }]);
    expect(configs.slice(-2).map(({ endpoints }) => endpoints)).toEqual([['a:1'], ['b:1']]);
    expect(client.requests('kv.deleteRange')).toMatchObject([{ key: bytes('/p/') }]);
  });

  it('shows its progress on a terminal alone', async () => {
    const io = fakeIo({ tty: true });
    await check([], cluster(), io);
    expect(io.err()).toContain('% of 9,000, 150/s');
    expect(io.out()).toBe(good);
  });

  it('fails with the errors that puts met', async () => {
    const { code, out } = await check([], cluster({ kv: { put: () => full } }));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^FAIL: too many errors\nFAIL: ERROR\(etcdserver: mvcc: database space exceeded\) -> \d+\nFAIL: Throughput too low: 1 writes\/s\n/,
    );
    expect(out.endsWith('\nFAIL\n')).toBe(true);
  });

  it('fails when its keys stay behind, and says so', async () => {
    const deleteRange = new ClientError('rpc', 'context deadline exceeded', { explanations: [{ cause: 'no leader' }] });
    expect(await check(['--auto-compact'], cluster({ kv: { deleteRange } }))).toMatchObject({
      code: 1,
      out: `FAIL: Cleanup failed during key deletion: ERROR(context deadline exceeded)\n${good.replace(/PASS\n$/, 'FAIL\n')}`,
      err: 'no leader\n',
    });
  });

  it('tells its verdict even if the cleaning up after it fails', async () => {
    const compact = new ClientError('rpc', 'etcdserver: permission denied');
    expect(await check(['--auto-compact'], cluster({ kv: { compact } }))).toMatchObject({
      code: 1,
      out: `Compacting with revision 9001\n${good}`,
      err: 'Error: etcdserver: permission denied\n',
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('deletes its keys at %s and gives no verdict', async (signal, code) => {
    const io = fakeIo();
    setTimeout(() => io.interrupt(signal), 12_000);
    const client = cluster();
    expect(await check(['--auto-compact'], client, io)).toMatchObject({
      code,
      out: '',
      err: expect.stringMatching(/^interrupted after 12s of 60s and 1[78]\d\d puts: no verdict\n$/),
    });
    expect(client.requests('kv.deleteRange')).toHaveLength(1);
  });

  it('does not wait for ever for a server that has fallen silent', async () => {
    const over = new AbortController();
    const put = async (): Promise<Error> => {
      await firstOf([over.signal]);
      return new ClientError('rpc', 'the client is closed');
    };
    const client = cluster({ kv: { put } });
    const close = (): void => over.abort();
    const { code, out } = await check([], { ...client, close });
    expect(code).toBe(1);
    expect(out).toContain('FAIL: ERROR(the client is closed) -> 100\n');
  });
});

describe('check perf refuses', () => {
  it.each(['bogus', 'S', 'XL', 'xlarge', ''])('the load %j', async (load) => {
    expect(await runCli(['check', 'perf', `--load=${load}`], undefined)).toMatchObject({
      code: 4,
      err: `Error: unknown load option ${load}\n`,
    });
  });

  it('a prefix that has keys', async () => {
    const client = fakeClient({ kv: { range: { kvs: [{ key: bytes('/p/x') }], count: 1n } } });
    expect(await runCli(['check', 'perf', '--prefix=/p/'], client)).toMatchObject({
      code: 3,
      out: '',
      err: `Error: prefix "/p/" has keys. Delete with 'etcdctl del --prefix /p/' first\n`,
    });
    expect(client.requests('kv.range')).toMatchObject([{ key: bytes('/p/'), range_end: bytes('/p0'), limit: 1n }]);
  });

  it('a cluster that does not answer', async () => {
    const client = fakeClient({ kv: { range: new ClientError('rpc', 'context deadline exceeded') } });
    expect(await runCli(['check', 'perf'], client)).toMatchObject({
      code: 1,
      err: 'Error: context deadline exceeded\n',
    });
  });

  it('no words after it, whatever they say', async () => {
    expect((await runCli(['check', 'perf', 'x', 'y', '--load=bogus'], undefined)).code).toBe(4);
  });
});
