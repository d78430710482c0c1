/** Where there is a glibc, the file uses that, and is to the system what it was. */
import { readFileSync, realpathSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { run } from '../support/run.ts';
import { builtFile } from './file.ts';

const why = process.platform === 'linux' && process.arch === 'x64' ? undefined : 'it is not linux-x64';
if (why !== undefined) console.log(`*** SKIPPED: the standalone file on an ordinary system: ${why} ***`);

describe.skipIf(why !== undefined)('on an ordinary system', () => {
  /** What a child says of its parent, which is the file. */
  const ofItself = async (script: string): Promise<string> => {
    const { stdout } = await run({
      argv: [builtFile(), 'sandbox', '--', 'sh', '-c', script],
      env: { PATH: process.env.PATH },
    });
    return stdout.toString();
  };

  it('loads the C library of the system, and not what it carries', async () => {
    const maps = await ofItself('cat /proc/$PPID/maps');
    expect(maps).toMatch(/ \/\S+\/libc\.so\.6$/m);
    expect(maps).toMatch(/ \/\S+\/ld-linux-x86-64\.so\.2$/m);
    expect(maps).not.toContain('memfd');
  });

  it('is the program that the system says it is', async () => {
    expect((await ofItself('readlink /proc/$PPID/exe')).trim()).toBe(realpathSync(builtFile()));
  });

  it('tells its loader where its program headers and its beginning are', async () => {
    const { stdout } = await run({ argv: [builtFile(), 'version'], env: { LD_SHOW_AUXV: '1' } });
    const told = (name: string): number => Number(new RegExp(`^AT_${name}: +(.*)$`, 'm').exec(stdout.toString())?.[1]);
    const file = readFileSync(builtFile());
    expect(told('PHNUM')).toBeLessThan(file.readUInt16LE(56));
    expect(told('BASE')).toBeGreaterThan(0);
    // Bun's own, and not that of the file's code, which is behind it.
    expect(told('ENTRY')).toBeLessThan(Number(file.readBigUInt64LE(24)));
  });

  it('takes what the loader is told by the environment', async () => {
    const { stdout, stderr } = await run({ argv: [builtFile(), 'version'], env: { LD_PRELOAD: '/nonexistent.so' } });
    expect(stdout.toString()).toMatch(/^etcdctl version: /);
    expect(stderr.toString()).toContain("object '/nonexistent.so' from LD_PRELOAD cannot be preloaded");
  });

  it('begins under a large environment as under none', async () => {
    const env = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`V${index}`, 'x'.repeat(index * 100)]));
    const { exitCode, stdout } = await run({ argv: [builtFile(), 'version'], env });
    expect([exitCode, stdout.toString()]).toEqual([0, expect.stringMatching(/^etcdctl version: /)]);
  });
});
