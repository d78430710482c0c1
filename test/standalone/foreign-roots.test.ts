/** Roots that have something of a system, but not all that the file would use of it. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elfFile, ET_DYN } from './made-up-elf.ts';
import { Root, whyNoRoot } from './root.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const DEVICES = 'mkdir -p "$root/dev" && touch "$root/dev/null" && mount --bind /dev/null "$root/dev/null"';

const why = whyNoRoot();
if (why !== undefined) console.log(`*** SKIPPED: the standalone file in foreign roots: ${why} ***`);

describe.skipIf(why !== undefined)('the standalone file', () => {
  let root: Root;
  beforeAll(async () => {
    root = await Root.make();
  }, 120_000);
  afterAll(() => root.remove());

  const everything = { proc: true, before: DEVICES };
  const runsWith = async (options: Parameters<Root['etcdctl']>[1]): Promise<void> => {
    const { exitCode, stdout, stderr } = await root.etcdctl(['sandbox', '--', '/etcdctl', 'version'], options);
    expect([exitCode, stdout.toString()]).toEqual([0, expect.stringMatching(/^etcdctl version: /)]);
    expect(stderr.toString()).toContain('sandbox: ');
  };

  // As the images called scratch and distroless/static.
  it('runs in a container without a C library', async () => {
    await root.write('/tmp/.keep', '');
    await runsWith(everything);
    await runsWith({ ...everything, redirection: '<&-' });
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['a script', '#!/bin/sh\n'],
    ['the loader of another C library', elfFile({ type: ET_DYN, segments: [] })],
    ['a loader that is cut off', elfFile({ type: ET_DYN, segments: [] }).subarray(0, 40)],
  ])("runs where glibc's loader is %s", async (_what, content) => {
    await root.write(LOADER, content);
    await runsWith(everything);
  });

  describe('where glibc is', () => {
    beforeAll(async () => {
      const found = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
      for (const path of found.match(/\/\S+(?= \(0x)/g) ?? []) await root.take(path);
    });

    it.each([
      ['/proc and /dev/null too', everything],
      ['no /proc', { before: DEVICES }],
      ['no /dev/null', { proc: true }],
      ['neither /proc nor /dev/null', {}],
    ])('runs with %s', async (_what, options) => {
      await runsWith(options);
    });
  });
});
