import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configure, parseCommandLine } from '../../../src/process/index.ts';
import { openOutputs } from '../../../src/process/log/outputs.ts';
import { backupName, RotatingFile } from '../../../src/process/log/rotating-file.ts';
import { parseRotation } from '../../../src/process/log/rotation.ts';

let folder = '';
let nowMs = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  nowMs = Date.UTC(2024, 0, 2, 3, 4, 5, 6);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wallMs = (): number => (nowMs += 1000);
const names = (): string[] => readdirSync(folder).toSorted();
const none = { maxBytes: 100, maxAgeMs: 0, maxBackups: 0, isLocalTime: false, isCompressed: false };
const line = (letter: string): string => `${letter.repeat(59)}\n`;

describe('a log file that is rotated', () => {
  const open = (change: Partial<typeof none> = {}): RotatingFile =>
    new RotatingFile(join(folder, 'etcd.log'), { ...none, ...change }, wallMs);

  async function fill(file: RotatingFile, letters: string): Promise<void> {
    for (const letter of letters) {
      file.write(line(letter));
      await file.tidied;
    }
    file.close();
  }

  it('is put aside under the time when it would grow too much, and loses no line', async () => {
    await fill(open(), 'abc');
    expect(names()).toEqual(['etcd-2024-01-02T03-04-06.006.log', 'etcd-2024-01-02T03-04-07.006.log', 'etcd.log']);
    expect(names().map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([line('a'), line('b'), line('c')]);
    expect(statSync(join(folder, 'etcd.log')).mode & 0o777).toBe(0o600);
  });

  it('goes on where it was left', async () => {
    writeFileSync(join(folder, 'etcd.log'), line('a'));
    await fill(open(), 'b');
    expect(names()).toHaveLength(2);
  });

  it('takes a line that is longer than all of it', async () => {
    const file = open();
    file.write('x'.repeat(500));
    file.close();
    expect(names()).toEqual(['etcd.log']);
  });

  it('keeps as many as it is told, and nothing else goes', async () => {
    writeFileSync(join(folder, 'etcd-notes.log'), 'mine');
    await fill(open({ maxBackups: 2 }), 'abcde');
    expect(names()).toHaveLength(4);
    expect(names()).toContain('etcd-notes.log');
    expect(readFileSync(join(folder, names()[0] ?? ''), 'utf8')).toBe(line('c'));
  });

  it('keeps them as long as it is told', async () => {
    await fill(open({ maxAgeMs: 2500 }), 'abcdef');
    expect(names().length).toBeLessThan(5);
  });

  it('compresses them', async () => {
    await fill(open({ isCompressed: true }), 'ab');
    const [zipped = ''] = names();
    expect(names()).toEqual(['etcd-2024-01-02T03-04-06.006.log.gz', 'etcd.log']);
    expect(gunzipSync(readFileSync(join(folder, zipped))).toString()).toBe(line('a'));
  });

  it('may be named by local time', () => {
    const offsetMs = new Date(nowMs).getTimezoneOffset() * 60_000;
    expect(backupName('/x/e', nowMs, true)).toBe(backupName('/x/e', nowMs - offsetMs, false));
  });
});

describe('the configuration of rotation', () => {
  it.each([
    ['{}', none, 100 * 1024 * 1024],
    ['{"maxsize": 1, "maxage": 2, "maxbackups": 3}', { maxAgeMs: 2 * 86_400_000, maxBackups: 3 }, 1024 * 1024],
    ['{"localtime": true, "compress": true}', { isLocalTime: true, isCompressed: true }, 100 * 1024 * 1024],
  ])('%s', (text, fields, maxBytes) => {
    expect(parseRotation(text)).toMatchObject({ ...fields, maxBytes });
  });

  it.each([
    ['', 'improperly formatted log rotation config'],
    ['{"maxsize": true}', 'invalid log rotation config: "maxsize"'],
    ['{"maxage": -1}', 'invalid log rotation config: "maxage"'],
    ['{"compress": 1}', 'invalid log rotation config: "compress"'],
    ['[]', 'invalid log rotation config'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseRotation(text)).toThrow(message);
  });

  it.each([
    [['--log-outputs=stderr'], false],
    [['--log-outputs=/a,/b'], false],
    [['--log-outputs=/a'], true],
    [['--log-outputs=stderr,/a'], true],
  ])('wants one file: %s', (flags, isFine) => {
    const commandLine = parseCommandLine(['--enable-log-rotation', ...flags]);
    const settle = (): unknown => configure({ commandLine, env: {}, readFile: () => '' });
    if (isFine) expect(settle).not.toThrow();
    else expect(settle).toThrow('--log-outputs requires a single file path');
  });
});

describe('outputs of the log', () => {
  it('each get every line, once', () => {
    const [a, b] = ['a.log', 'deep/b.log'].map((name) => join(folder, name));
    const write = openOutputs([a ?? '', `file://${a}`, b ?? ''], undefined, wallMs);
    write('one\n');
    write('two\n');
    expect([a, b].map((path) => readFileSync(path ?? '', 'utf8'))).toEqual(['one\ntwo\n', 'one\ntwo\n']);
  });

  it('are rotated where that is asked for', () => {
    const write = openOutputs([join(folder, 'a.log')], none, wallMs);
    for (const letter of 'ab') write(line(letter));
    expect(names()).toHaveLength(2);
  });
});
