import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http2';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RangeResponse } from '../../src/wire/codecs.ts';
import { run } from '../support/run.ts';

/** The built tools without the script of what they load later: whatever needs it fails. */
describe('at start', () => {
  let directory: string;
  const server = createServer();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'start-'));
    for (const name of ['bin', 'dist']) {
      const filter = (path: string): boolean => !path.endsWith('standalone'); // as large as all else, many times over
      await cp(name, join(directory, name), { recursive: true, filter });
    }
    for (const tool of ['etcdctl', 'etcdutl']) await rm(join(directory, 'dist', `${tool}-more.cjs`));
    const kv = { key: Buffer.from('foo'), value: Buffer.from('bar') };
    const message = RangeResponse.encode(RangeResponse.fromPartial({ kvs: [kv], count: 1n })).finish();
    const header = Buffer.alloc(5);
    header.writeUInt32BE(message.length, 1);
    server.on('stream', (stream) => {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.resume();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.end(Buffer.concat([header, message]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (tool: string, ...words: string[]): Promise<object> => {
    const { exitCode, stdout, stderr } = await run({
      argv: [process.execPath, join(directory, 'bin', tool), ...words],
    });
    return { exitCode, out: stdout.toString(), err: stderr.toString() };
  };

  it('get loads only what it uses', async () => {
    const { port } = server.address() as AddressInfo;
    const words = ['get', 'foo', '--endpoints', `127.0.0.1:${port}`];
    expect(await start('etcdctl.js', ...words)).toEqual({ exitCode: 0, out: 'foo\nbar\n', err: '' });
  });

  it('version needs no more either', async () => {
    expect(await start('etcdutl.js', 'version')).toMatchObject({ exitCode: 0, err: '' });
  });

  it('anything else is looked for in the other script', async () => {
    expect(await start('etcdctl.js', 'get', 'foo', '-w', 'yaml')).toEqual({
      exitCode: 1,
      out: '',
      err: expect.stringMatching(/^Error: .*etcdctl-more\.cjs is missing: run `npm run build` first\n$/),
    });
  });
});
