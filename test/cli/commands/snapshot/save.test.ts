import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../support/cli.ts';
import { fakeClient, stream } from '../../../support/fake-client.ts';
import { fakeIo } from '../../../support/fake-io.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'save-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const database = Buffer.alloc(3 * 1024 * 1024, 'pages');
const digest = createHash('sha256').update(database).digest();
const whole = Buffer.concat([database, digest]);

/** A member that sends these bytes, so many at a time. */
function member(bytes: Uint8Array, ends?: Error, chunk = 700_000) {
  const blobs: (Error | { blob: Uint8Array; remaining_bytes: bigint; version: string })[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    const blob = bytes.subarray(at, at + chunk);
    blobs.push({ blob, remaining_bytes: BigInt(bytes.length - at - blob.length), version: '3.6.1' });
  }
  return fakeClient({ maintenance: { snapshot: stream(ends ? [...blobs, ends] : blobs) } });
}

const save = (path: string, bytes: Uint8Array, ends?: Error, options = {}) =>
  runCli(['snapshot', 'save', path], member(bytes, ends), options);

describe('snapshot save to a file', () => {
  it.each([700_000, 100, 2 ** 21])('writes all of it, its owner’s alone, in blobs of %i bytes', async (chunk) => {
    const path = join(dir, 's.db');
    const run = await runCli(['snapshot', 'save', path], member(whole, undefined, chunk));
    expect(run).toMatchObject({ code: 0, out: `Snapshot saved at ${path}\nServer version 3.6.1\n`, err: '' });
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['s.db']);
  });

  it.each([
    ['no digest', database, undefined, `sha256 checksum not found [bytes: ${database.length}]`],
    ['an end too soon', whole, new Error('connection lost'), 'connection lost'],
  ] as const)('leaves the old file alone after %s', async (_what, bytes, ends, message) => {
    const path = join(dir, 's.db');
    writeFileSync(path, 'old');
    expect(await save(path, bytes, ends)).toMatchObject({ code: 5, out: '', err: `Error: ${message}\n` });
    expect(readdirSync(dir)).toEqual(['s.db']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('says where it can not write', async () => {
    const nowhere = join(dir, 'no/s.db');
    const reason = `could not open ${nowhere}.part (open ${nowhere}.part: no such file or directory)`;
    expect(await runCli(['snapshot', 'save', nowhere], undefined)).toMatchObject({
      code: 5,
      err: `Error: ${reason}\n`,
    });
    const taken = join(dir, 'taken');
    mkdirSync(join(taken, 'full'), { recursive: true });
    const { code, err } = await save(taken, whole);
    expect(code).toBe(5);
    expect(err).toContain(`Error: could not rename ${taken}.part to ${taken} (rename ${taken}.part ${taken}: `);
    expect(readdirSync(dir)).toEqual(['taken']);
  });

  it('is interrupted without a trace', async () => {
    const io = fakeIo({ tty: true });
    const blob = whole.subarray(0, 5000);
    const items = (async function* () {
      yield { blob, remaining_bytes: 7n, version: '' };
      io.interrupt('SIGINT');
      yield new Error('cancelled');
    })();
    const client = fakeClient({ maintenance: { snapshot: stream(items) } });
    const run = await runCli(['snapshot', 'save', join(dir, 's.db')], client, { io });
    expect(run).toMatchObject({ code: 130, out: '' });
    expect(run.err).toContain('snapshot');
    expect(run.err).not.toContain('Error');
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([[[]], [['a', 'b']]])('%j is no file', async (argv) => {
    const message = 'Error: snapshot save expects one argument <filename>\n';
    expect(await runCli(['snapshot', 'save', ...argv], undefined)).toMatchObject({ code: 128, err: message });
  });

  it('asks one member alone', async () => {
    const run = await runCli(['snapshot', 'save', 'x', '--endpoints=a:1,b:1'], undefined);
    const message = 'Error: snapshot must be requested to one selected node, not multiple [a:1 b:1]\n';
    expect(run).toMatchObject({ code: 5, err: message });
  });
});

describe('snapshot save -', () => {
  it('writes the snapshot to stdout and nothing else', async () => {
    const run = await save('-', whole);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.io.outBytes().equals(whole)).toBe(true);
  });

  it.each([
    [
      'a changed byte',
      Buffer.concat([Buffer.from('x'), whole.subarray(1)]),
      undefined,
      /^expected sha256 \[[0-9 ]+\], got/,
    ],
    ['no digest', database, undefined, /^sha256 checksum not found \[bytes: 3145728\]/],
    ['an end too soon', whole.subarray(0, 4096), new Error('connection lost'), /^connection lost/],
    ['nothing at all', new Uint8Array(0), undefined, /^sha256 checksum not found \[bytes: 0\]/],
  ] as const)('ends with 5 after %s', async (_what, bytes, ends, message) => {
    const run = await save('-', bytes, ends);
    expect(run.code).toBe(5);
    expect(run.err.replace('Error: ', '')).toMatch(message);
  });

  it('does not write to a terminal', async () => {
    const run = await runCli(['snapshot', 'save', '-'], undefined, { tty: true });
    expect(run.code).toBe(128);
    expect(run.err).toContain('stdout, which is a terminal');
  });

  it('shows how far it is where stderr alone is a terminal', async () => {
    const io = fakeIo({ tty: true });
    const run = await save('-', whole, undefined, { io: { ...io, stdout: { ...io.stdout, isTty: false } } });
    expect(run.code).toBe(0);
    expect(run.err).toContain('% of 3.1 MB');
    expect(run.io.outBytes().equals(whole)).toBe(true);
  });
});
