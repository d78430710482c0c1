import { describe, expect, it } from 'vitest';
import { configure, parseCommandLine } from '../../../src/process/index.ts';

const readFile = (): string => {
  throw new Error('no file is read');
};
const settle = (args: readonly string[], env: Record<string, string> = {}) =>
  configure({ commandLine: parseCommandLine(args), env, readFile });

describe('flags of etcd 3.5 under their former names', () => {
  it.each([
    ['--experimental-initial-corrupt-check=true', 'InitialCorruptCheck'],
    ['--experimental-initial-corrupt-check', 'InitialCorruptCheck'],
    ['--experimental-compact-hash-check-enabled', 'CompactHashCheck'],
    ['--experimental-enable-lease-checkpoint', 'LeaseCheckpoint'],
  ] as const)('%s opens a gate', (flag, gate) => {
    const { settings, notes } = settle([flag]);
    expect(settings.gates[gate]).toBe(true);
    expect(notes).toContainEqual({
      level: 'warn',
      message: 'the flag has another name since 3.7',
      fields: { flag: flag.replace(/=.*/, ''), 'use-instead': `--feature-gates=${gate}=true` },
    });
  });

  it('stand beside gates that are named, which count for more', () => {
    const both = settle(['--experimental-initial-corrupt-check', '--feature-gates=CompactHashCheck=true']).settings;
    expect(both.gates).toMatchObject({ InitialCorruptCheck: true, CompactHashCheck: true });
    const against = settle(['--experimental-initial-corrupt-check', '--feature-gates=InitialCorruptCheck=false']);
    expect(against.settings.gates.InitialCorruptCheck).toBe(false);
  });

  it('name the present ones, which count for more', () => {
    expect(settle(['--experimental-watch-progress-notify-interval=5s']).settings.watchProgressNotifyMs).toBe(5000);
    const both = settle(['--experimental-corrupt-check-time=5s', '--corrupt-check-time=7s']);
    expect(both.settings.corruptCheckMs).toBe(7000);
  });

  it('are known in the environment, too', () => {
    const { settings } = settle([], { ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK: 'true' });
    expect(settings.gates.InitialCorruptCheck).toBe(true);
  });

  it('that never were, or are gone, are refused', () => {
    expect(() => settle(['--experimental-data-dir=x'])).toThrow('not defined: -experimental-data-dir');
    expect(() => settle(['--experimental-enable-v2v3=x'])).toThrow('not defined');
  });
});
