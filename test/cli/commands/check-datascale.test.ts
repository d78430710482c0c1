import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { type CliRun, runCli } from '../../support/cli.ts';
import { type FakeClient, fakeClient, type Stubs } from '../../support/fake-client.ts';
import { type FakeIo, fakeIo } from '../../support/fake-io.ts';
import { portOf } from '../../support/ports.ts';
import { bytes } from './sessions.ts';

const prefix = '/etcdctl-check-datascale/';
const start =
  'Start data scale check for work load [10000 key-value pairs, 1024 bytes per key-value, 50 concurrent clients].\n';

const tooMany = new ClientError('rpc', 'etcdserver: too many requests');

/** What the server of the metrics answers, in order. */
let readings: string[];
let server: Server;
let endpoint: string;

beforeEach(async () => {
  readings = ['process_resident_memory_bytes 1e+07\n', 'process_resident_memory_bytes 30971520\n'];
  server = createServer((_, response) => void response.end(readings.shift()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `127.0.0.1:${portOf(server)}`;
});
afterEach(() => void server.close());

const cluster = (stubs: Stubs = {}): FakeClient =>
  fakeClient({
    endpoints: [endpoint],
    ...stubs,
    kv: { range: () => ({}), put: () => ({}), deleteRange: { header: { revision: 77n } }, ...stubs.kv },
  });

const check = (words: readonly string[], client: FakeClient, io: FakeIo = fakeIo()): Promise<CliRun> =>
  runCli(['check', 'datascale', `--endpoints=${endpoint}`, ...words], client, { io });

describe('check datascale', () => {
  it('fills the server, deletes its keys and says what memory that took', async () => {
    const client = cluster();
    expect(await check([], client)).toMatchObject({
      code: 0,
      out: `${start}PASS: Approximate system memory used : 20.00 MB.\n`,
      err: '',
    });
    const puts = client.requests('kv.put');
    expect(puts).toHaveLength(10_000);
    expect(puts[0]).toMatchObject({ value: new Uint8Array(512) });
    expect(puts[0]).toHaveProperty('key.length', prefix.length + 512);
    expect(client.requests('kv.deleteRange')).toEqual([
      { key: bytes(prefix), range_end: bytes('/etcdctl-check-datascale0') },
    ]);
  });

  it('compacts and defragments when it is asked to', async () => {
    const client = cluster({ kv: { compact: {} }, maintenance: { defragment: {} } });
    expect((await check(['--auto-compact', '--auto-defrag', '--prefix=/d/'], client)).out).toBe(
      `${start}Compacting with revision 77\nCompacted with revision 77\nDefragmenting "${endpoint}"\nDefragmented "${endpoint}"\nPASS: Approximate system memory used : 20.00 MB.\n`,
    );
    expect(client.requests('kv.deleteRange')).toMatchObject([{ key: bytes('/d/') }]);
  });

  it('says when memory shrank', async () => {
    readings.reverse();
    expect((await check([], cluster())).out).toContain('used : -20.00 MB.');
  });

  it('writes nothing when the memory cannot be read before', async () => {
    readings = ['something else'];
    const client = fakeClient({ endpoints: [endpoint], kv: { range: {} } });
    expect(await check([], client)).toMatchObject({
      code: 1,
      out: 'could not find: process_resident_memory_bytes\nFAIL: Could not read process_resident_memory_bytes before the put operations.\n',
      err: '',
    });
    client.verify();
  });

  it('deletes its keys when the memory cannot be read after', async () => {
    readings.pop();
    const client = cluster();
    expect(await check([], client)).toMatchObject({
      code: 1,
      out: `${start}could not find: process_resident_memory_bytes\nFAIL: Could not read process_resident_memory_bytes after the put operations.\n`,
    });
    expect(client.requests('kv.deleteRange')).toHaveLength(1);
  });

  it('fails with the errors that puts met', async () => {
    expect(await check([], cluster({ kv: { put: () => tooMany } }))).toMatchObject({
      code: 1,
      out: `${start}FAIL: too many errors\nFAIL: ERROR(etcdserver: too many requests) -> 10000\n`,
    });
  });

  it('fails when its keys stay behind', async () => {
    const deleteRange = new ClientError('rpc', 'etcdserver: request timed out');
    expect(await check([], cluster({ kv: { deleteRange } }))).toMatchObject({
      code: 1,
      out: `${start}FAIL: Cleanup failed during key deletion: ERROR(etcdserver: request timed out)\nPASS: Approximate system memory used : 20.00 MB.\n`,
    });
  });

  it('deletes its keys when it is interrupted', async () => {
    const io = fakeIo();
    let puts = 0;
    const put = (): object => {
      if ((puts += 1) === 300) io.interrupt('SIGINT');
      return {};
    };
    const client = cluster({ kv: { put } });
    expect(await check([], client, io)).toMatchObject({
      code: 130,
      out: start,
      err: expect.stringMatching(/^interrupted after 3\d\d of 10000 puts: no verdict\n$/),
    });
    expect(client.requests('kv.deleteRange')).toHaveLength(1);
  });

  it('shows its progress on a terminal alone', async () => {
    const io = fakeIo({ tty: true });
    await check([], cluster(), io);
    expect(io.err()).toContain('% of 10,000');
  });

  it.each(['bogus', 'Large'])('refuses the load %s', async (load) => {
    expect(await check([`--load=${load}`], cluster())).toMatchObject({
      code: 4,
      err: `Error: unknown load option ${load}\n`,
    });
  });

  it('refuses a prefix that has keys', async () => {
    const client = fakeClient({ kv: { range: { kvs: [{ key: bytes('x') }] } } });
    expect(await check([], client)).toMatchObject({
      code: 3,
      err: `Error: prefix "${prefix}" has keys. Delete with etcdctl del --prefix ${prefix} first\n`,
    });
  });
});
