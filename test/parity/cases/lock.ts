import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const KEYS = 'etcdctl get --prefix "" --keys-only';
const HELD = { waitFor: /n\/|bi8/ } as const;
const STOP = { signal: 'SIGINT' } as const;
/** Another process has the lock n; it is killed when the case is over. */
const TAKEN = 'hold etcdctl lock n; until etcdctl get n/ --prefix | grep n/; do :; done';
const REVOKE_ALL = {
  shell: 'etcdctl lease list | tail -n +2 | while read l; do etcdctl lease revoke $l; done',
} as const;

export const lockCases: readonly Case[] = [
  ...inEveryFormat(
    121,
    { line: 'exec etcdctl lock n', steps: [HELD, STOP], after: KEYS },
    { table: { steps: [], after: 'etcdctl lease list' } },
  ),
  { line: 'etcdctl lock', covers: ['B-069'] },
  {
    line: 'exec etcdctl lock n',
    steps: [HELD, { signal: 'SIGTERM' }],
    covers: ['B-069'],
    name: 'lock ended by SIGTERM',
  },
  { line: 'exec etcdctl lock n --ttl 600', steps: [HELD, { shell: 'etcdctl lease list' }, STOP], covers: ['B-070'] },
  { line: 'etcdctl lock n --ttl x', covers: ['B-070'], versions: ['usage on stdout'] },
  {
    line: 'etcdctl lock n -- sh -c "exit 7"',
    covers: ['B-069', 'row 64'],
    after: KEYS,
    versions: ['exit code of the command'],
  },
  { line: 'etcdctl lock n true', covers: ['B-069'], after: KEYS },
  {
    line: "etcdctl lock n -- sh -c 'echo $ETCD_LOCK_KEY $ETCD_LOCK_REV'",
    covers: ['B-069', 'E-033', 'E-034'],
  },
  { line: 'echo in | etcdctl lock n -- cat', covers: ['B-069'], name: 'lock gives its command no stdin' },
  { line: "etcdctl lock n -- sh -c 'kill -9 $$'", covers: ['B-069'], versions: ['exit code of the command'] },
  { line: 'etcdctl lock n -- /nonexistent', covers: ['B-069'] },
  {
    name: 'lock that waits for its turn',
    setup: TAKEN,
    line: 'exec etcdctl lock n -- echo mine',
    steps: [{ watchers: 1 }, { shell: 'kill -INT $(cat .pids)' }, { waitFor: 'mine' }],
    covers: ['B-069'],
  },
  {
    name: 'lock interrupted while waiting',
    setup: TAKEN,
    line: 'exec etcdctl lock n',
    steps: [{ watchers: 1 }, STOP],
    covers: ['B-069'],
    after: `${KEYS} | grep -c n/`,
  },
  {
    name: 'lock whose lease is revoked',
    line: 'exec etcdctl lock n',
    steps: [HELD, REVOKE_ALL],
    covers: ['B-069'],
  },
];

const LED = { waitFor: /el\/|ZWwv/ } as const;
const LEADER = 'hold etcdctl elect el first; until etcdctl get el/ --prefix | grep first; do :; done';

export const electCases: readonly Case[] = [
  ...inEveryFormat(
    126,
    { line: 'exec etcdctl elect el prop', steps: [LED, STOP], after: KEYS },
    { table: { steps: [], after: 'etcdctl get el/ --prefix --print-value-only' } },
  ),
  ...inEveryFormat(
    126,
    { line: 'exec etcdctl elect -l el', setup: LEADER, steps: [LED, STOP] },
    { table: { steps: [] } },
  ),
  { line: 'etcdctl elect', covers: ['B-071'] },
  { line: 'etcdctl elect el a b', covers: ['B-071'] },
  { line: 'etcdctl elect el', covers: ['B-071'] },
  { line: 'etcdctl elect -l el prop', covers: ['B-072'] },
  {
    name: 'elect that waits for its turn',
    setup: LEADER,
    line: 'exec etcdctl elect el second',
    steps: [{ watchers: 1 }, { shell: 'kill -INT $(cat .pids)' }, { waitFor: 'second' }, STOP],
    covers: ['B-071'],
    after: KEYS,
  },
  {
    name: 'elect interrupted while waiting',
    setup: LEADER,
    line: 'exec etcdctl elect el second',
    steps: [{ watchers: 1 }, STOP],
    covers: ['B-071'],
  },
  {
    name: 'elect --listen sees the next leader',
    setup: LEADER,
    line: 'exec etcdctl elect --listen el',
    steps: [
      { waitFor: 'first\n' },
      { watchers: 1 },
      { shell: 'kill -INT $(cat .pids); until [ -z "$(etcdctl get el/ --prefix)" ]; do :; done' },
      { shell: 'hold etcdctl elect el second' },
      { waitFor: 'second\n' },
      STOP,
    ],
    covers: ['B-072'],
  },
];

/** A session looks after its lease of 60 s three times in that time. */
export const slowElectCases: readonly Case[] = [
  {
    name: 'elect whose lease is revoked',
    line: 'exec etcdctl elect el prop',
    steps: [LED, REVOKE_ALL],
    covers: ['B-071'],
    timeoutMs: 60_000,
  },
];
