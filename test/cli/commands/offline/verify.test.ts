import { beforeAll, describe, expect, it } from 'vitest';
import { runOffline } from '../../../support/cli.ts';
import { dataDirectory, databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const scratch = useScratch();
const database = databaseOf(someHistory());
const snapshot = withDigest(database);

let file: string;
beforeAll(() => {
  file = scratch.put('snap.db', snapshot);
});

/** The snapshot with a byte changed, with its old digest or a new one. */
function damaged(at: number, how: 'old digest' | 'new digest'): Buffer {
  const bytes = Buffer.from(snapshot);
  bytes[at] = bytes[at]! ^ 0x20;
  return how === 'old digest' ? bytes : withDigest(bytes.subarray(0, -32));
}

describe.each(['etcdctl', 'etcdutl'] as const)('%s snapshot verify', (tool) => {
  const verify = (...argv: string[]) => runOffline(tool, ['snapshot', 'verify', ...argv]);

  it('finds nothing wrong with a snapshot, wherever it comes from', async () => {
    const told = /^sound: digest matches, \d+ pages, 6 records, 1 lease, 0 problems\n$/;
    expect(await verify(file)).toMatchObject({ code: 0, out: expect.stringMatching(told), err: '' });
    const before = scratch.names();
    const options = { stdin: snapshot, env: { TMPDIR: scratch.directory } };
    const piped = await runOffline(tool, ['snapshot', 'verify', '-'], options);
    expect(piped).toMatchObject({ code: 0, out: expect.stringMatching(told), err: '' });
    expect(scratch.names()).toEqual(before);
    const dataDir = await dataDirectory(scratch, `data-${tool}`, database);
    expect(await verify(dataDir)).toMatchObject({ code: 0, out: expect.stringMatching(/^sound: no digest, /) });
    expect((await verify(file, '-w', 'json')).out).toMatch(/^\{"sound":true,"digest":"matches",/);
  });

  it('tells of a wrong digest, of every other problem, and of both', async () => {
    // The value of a key, and the header of a record, in the one leaf of bucket `key`.
    const value = snapshot.indexOf('uno');
    const record = snapshot.indexOf('b', snapshot.indexOf('uno')) - 1;
    const wrong = await verify(scratch.put('wrong.db', damaged(value, 'old digest')), '-w', 'json');
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/^\{"sound":false,"digest":"differs",.*"problemCount":0,"problems":\[\]\}\n$/);
    expect(wrong.err).toBe(`Error: ${scratch.path('wrong.db')} is damaged: its digest differs\n`);

    const broken = await verify(scratch.put('broken.db', damaged(record, 'new digest')));
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/^damaged: digest matches, .* [1-9]\d* problems?\n.+\n/);
    expect(broken.err).toMatch(/ is damaged: [1-9]\d* problems? found\n$/);

    const both = await verify(scratch.put('both.db', damaged(record, 'old digest')));
    expect(both.err).toMatch(/ is damaged: its digest differs, [1-9]\d* problems? found\n$/);
  });

  it('says what can not be opened at all', async () => {
    const text = scratch.put('text', 'some text\n'.repeat(1000));
    const run = await verify(text);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toMatch(/^Error: invalid database\n {2}hint: /);
    expect(await verify('/nonexistent')).toMatchObject({
      code: 1,
      err: 'Error: stat /nonexistent: no such file or directory\n',
    });
    expect(await verify()).toMatchObject({ code: 128, err: 'Error: snapshot verify requires exactly one argument\n' });
    expect(await verify(file, '-w', 'protobuf')).toMatchObject({ code: 4 });
  });
});
