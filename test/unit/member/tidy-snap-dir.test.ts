import { afterEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Member } from '../../../src/member/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, put, range, type SomeOptions, valueOf } from './support.ts';

let lab: Lab;
let events: LogEvent[] = [];
afterEach(async () => {
  await lab?.stop();
  events = [];
});

const SNAP = '/data/member/snap';
const onDisk = (files: MemoryFiles): SomeOptions => ({
  storage: { dataDir: '/data', files },
  snapshotCount: 5,
  log: (event) => void events.push(event),
});
const named = (files: MemoryFiles, end: string): string[] => files.list(SNAP).filter((name) => name.endsWith(end));
const told = (message: string): unknown[] =>
  events.filter((event) => event.message === message).map(({ fields }) => fields['path']);

/** The files of a member that made several snapshots and was stopped. */
async function stopped(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  lab = await Lab.start(1, onDisk(files));
  const [member] = lab.members.splice(0);
  for (let i = 0; i < 25; i++) await lab.wait(member!.kv.put(put('a', String(i)), ANYONE));
  await lab.wait(member!.stop());
  expect(named(files, '.snap').length).toBeGreaterThan(2);
  return files;
}

async function restart(files: MemoryFiles): Promise<void> {
  const member = await Member.start({ ...lab.options(0), ...onDisk(files) });
  lab.members.push(member);
  await lab.wait(member.whenReady);
  expect(valueOf(await lab.wait(member.kv.range(range('a'), ANYONE)))).toBe('24');
}

describe('snap files that can not be read', () => {
  const damage: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['are empty', () => new Uint8Array(0)],
    ['end early', (bytes) => bytes.slice(0, bytes.length / 2)],
    ['have another checksum', (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))],
  ];

  it.each(damage)(
    '[inv 47] because they %s get another name, up to the newest that can; nothing is lost',
    async (_what, spoil) => {
      const files = await stopped();
      const snaps = named(files, '.snap');
      const [last = '', before = '', third = ''] = snaps.toReversed();
      for (const name of [last, before]) files.put(`${SNAP}/${name}`, spoil(files.bytes(`${SNAP}/${name}`)));
      await restart(files);
      expect(named(files, '.broken')).toEqual([before, last].map((name) => `${name}.broken`));
      expect(named(files, '.snap')).toContain(third);
      expect(told('failed to read a snap file')).toEqual([last, before].map((name) => `${SNAP}/${name}`));
      expect(told('renamed to a broken snap file')).toHaveLength(2);
    },
  );

  it('may be all of them', async () => {
    const files = await stopped();
    for (const name of named(files, '.snap')) files.put(`${SNAP}/${name}`, Uint8Array.of(1));
    await restart(files);
    expect(named(files, '.broken').length).toBeGreaterThan(2);
  });
});

describe('what a crash leaves among the snapshots', () => {
  it('is removed where it is of no use any more', async () => {
    const files = await stopped();
    const far = 'f'.repeat(16);
    for (const name of ['tmp123', 'db.tmp.1', '0000000000000003.snap.db', `${far}.snap.db`, 'notes.txt']) {
      files.put(`${SNAP}/${name}`, Uint8Array.of(1));
    }
    await restart(files);
    const left = files.list(SNAP).filter((name) => name !== 'db' && !name.endsWith('.snap'));
    // One that is newer than the database may yet be asked for by the log.
    expect(left).toEqual([`${far}.snap.db`, 'notes.txt']);
    expect(told('found orphaned .snap.db file; deleting')).toEqual([`${SNAP}/0000000000000003.snap.db`]);
    expect(told('found orphaned defragmentation file; deleting')).toEqual([`${SNAP}/db.tmp.1`]);
  });

  it('but a database older than the log begins is refused, with what is missing', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [member] = lab.members.splice(0);
    await lab.pass(200);
    const old = files.bytes(`${SNAP}/db`).slice();
    for (let i = 0; i < 25; i++) await lab.wait(member!.kv.put(put('a', String(i)), ANYONE));
    await lab.wait(member!.stop());
    files.put(`${SNAP}/db`, old);
    await expect(Member.start({ ...lab.options(0), ...onDisk(files) })).rejects.toThrow(
      "failed to find database snapshot file (snap: snapshot file doesn't exist)",
    );
  });
});
