/** Servers that break a law only now and then, and lives in which it shows: what the laws would find, if it were so. */
import { afterEach, describe, expect, it } from 'vitest';
import { WatchHub } from '../../src/mvcc/watch/hub.ts';
import { Outbox } from '../../src/mvcc/watch/outbox.ts';
import { Session } from '../../src/mvcc/watch/session.ts';
import { checks } from './checks/index.ts';
import { live, type LifeSpec } from './world/life.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const back of undo.splice(0)) back();
});

/** Changes a method or getter of a class until the end of the test; the change is given what it replaces. */
function mutate(owner: object, name: string, change: (original: PropertyDescriptor) => PropertyDescriptor): void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  if (original === undefined) throw new Error(`there is no ${name}`);
  Object.defineProperty(owner, name, { ...original, ...change(original) });
  undo.push(() => Object.defineProperty(owner, name, original));
}

type Kind = Omit<LifeSpec, 'seed'>;
const SEEDS = [1, 2, 3, 4, 5];
const slow: Kind = { members: 1, clients: 6, watchers: 6, watchQueue: 2, lengthMs: 6000, troubles: ['nothing'] };
const left: Kind = {
  members: 3,
  clients: 10,
  watchers: 12,
  areFaithful: true,
  lengthMs: 8000,
  troubles: ['partition', 'isolate leader'],
};

const mutants: readonly (readonly [what: string, life: Kind, make: () => void])[] = [
  [
    'drops events of slow watchers instead of holding them back',
    slow,
    () => {
      const room = Object.getOwnPropertyDescriptor(Outbox.prototype, 'hasRoom');
      mutate(Session.prototype, 'hasRoom', () => ({ get: () => true }));
      mutate(Outbox.prototype, 'send', ({ value: send }) => ({
        value(this: Outbox, ...args: Parameters<Outbox['send']>) {
          if (room?.get?.call(this) === true) send.apply(this, args);
        },
      }));
    },
  ],
  [
    'takes what a snapshot brought for told',
    left,
    () =>
      mutate(WatchHub.prototype, 'restored', ({ value: restored }) => ({
        value(this: WatchHub) {
          restored.call(this, this.currentRevision);
        },
      })),
  ],
  [
    'forgets its watchers when a snapshot comes',
    left,
    () => mutate(WatchHub.prototype, 'restored', () => ({ value: () => undefined })),
  ],
];

describe('a server that', () => {
  it.each(mutants)('%s is found out', { timeout: 120_000 }, async (_, kind, make) => {
    for (const seed of SEEDS) expect(await problemsOf({ ...kind, seed }), `seed ${seed}`).toEqual([]);
    make();
    const found: string[] = [];
    for (const seed of SEEDS) found.push(...(await problemsOf({ ...kind, seed })));
    expect(found.join('\n')).toContain('watches leave nothing out');
  });
});

async function problemsOf(spec: LifeSpec): Promise<string[]> {
  const life = await live(spec);
  return checks.flatMap(({ title, find }) => find(life).map((problem) => `${title}: ${problem}`));
}
