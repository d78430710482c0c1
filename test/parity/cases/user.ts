import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const USER = 'etcdctl user add u1 --new-user-password pw1';
const ROLES = `${USER}; etcdctl role add r1; etcdctl role add r2`;
const GRANTED = `${ROLES}; etcdctl user grant-role u1 r1; etcdctl user grant-role u1 r2`;
const PERMITTED = `${GRANTED}; etcdctl role grant-permission r1 read foo --prefix; etcdctl role grant-permission r2 write k`;
const USERS = 'etcdctl user list';
const FIRST = 'Password of u1: ';
/** Echo is switched off only after the prompt was printed. */
const QUIET = { shell: 'sleep 0.5' } as const;
const AGAIN = 'Type password of u1 again for confirmation: ';
/** Whether u1 has the password, asked where authentication is on. */
const asks = (password: string): string => `etcdctl --user u1:${password} user get u1`;

export const userCases: readonly Case[] = [
  ...inEveryFormat(166, { line: 'etcdctl user add u1:pw1', after: USERS }),
  ...inEveryFormat(171, { line: 'etcdctl user delete u1', setup: USER, after: USERS }),
  ...inEveryFormat(176, { line: 'etcdctl user get u1', setup: GRANTED }),
  ...inEveryFormat(181, { line: 'etcdctl user list', setup: `${USER}; etcdctl user add u2:x` }),
  ...inEveryFormat(
    186,
    { line: 'echo pw2 | etcdctl user passwd u1 --interactive=false', setup: USER },
    { simple: { covers: ['B-095'] } },
  ),
  ...inEveryFormat(191, { line: 'etcdctl user grant-role u1 r1', setup: ROLES, after: 'etcdctl user get u1' }),
  ...inEveryFormat(196, { line: 'etcdctl user revoke-role u1 r1', setup: GRANTED, after: 'etcdctl user get u1' }),
  ...inEveryFormat(201, { line: 'etcdctl user get --detail u1', setup: PERMITTED }, { simple: { covers: ['B-092'] } }),

  { line: 'etcdctl user add', covers: ['B-086'] },
  { line: 'etcdctl user add :pw', covers: ['B-086'] },
  { line: 'etcdctl user add u1:pw1', setup: USER, covers: ['B-086', 'row 57'], name: 'user add of one there is' },
  { line: 'etcdctl user add u1:pw:with:colons', covers: ['B-086'], after: USERS },
  { line: 'etcdctl user add u1:x --new-user-password pw', covers: ['B-088'], after: USERS },
  { line: 'etcdctl user add u1:x --no-password', covers: ['B-089'], after: USERS },
  { line: 'etcdctl user add u1 --no-password --new-user-password pw', covers: ['B-089'], after: USERS },
  {
    on: 'auth',
    name: 'user add makes a password that works',
    line: 'etcdctl --user root:rootpw user add u1 --new-user-password=pw1',
    after: asks('pw1'),
    covers: ['B-088'],
    spoils: true,
  },
  {
    on: 'auth',
    name: 'user add --interactive=false makes a password that works',
    line: 'etcdctl --user root:rootpw user add u1 --interactive=false',
    stdin: 'pw1 rest\n',
    after: asks('pw1'),
    covers: ['B-087'],
    spoils: true,
  },
  { line: 'etcdctl user add u1 --interactive=false', covers: ['B-087'], after: USERS, name: 'user add of empty stdin' },
  {
    name: 'user add asks twice on a terminal',
    line: 'exec etcdctl user add u1',
    terminal: true,
    steps: [
      { waitFor: FIRST },
      QUIET,
      { send: 'pw1\n' },
      { waitFor: AGAIN },
      QUIET,
      { send: 'pw1\n' },
      { waitFor: 'created' },
    ],
    after: USERS,
    covers: ['B-086', 'B-087'],
  },
  {
    name: 'user add told two passwords',
    line: 'exec etcdctl user add u1',
    terminal: true,
    steps: [{ waitFor: FIRST }, QUIET, { send: 'pw1\n' }, { waitFor: AGAIN }, QUIET, { send: 'pw2\n' }],
    after: USERS,
    covers: ['B-086', 'B-087'],
  },
  {
    name: 'user add told no password',
    line: 'exec etcdctl user add u1',
    terminal: true,
    steps: [{ waitFor: FIRST }, QUIET, { send: '\n' }],
    after: USERS,
    covers: ['B-087'],
  },
  {
    name: 'user add asks through a pipe',
    line: 'etcdctl user add u1',
    stdin: 'pw1\npw1\n',
    after: USERS,
    covers: ['B-087'],
  },

  { line: 'etcdctl user delete', covers: ['B-090'] },
  { line: 'etcdctl user delete nobody', covers: ['B-090'] },
  { line: 'etcdctl user get', covers: ['B-091'] },
  { line: 'etcdctl user get nobody', covers: ['B-091'] },
  { line: 'etcdctl user get u1', setup: USER, covers: ['B-091'], name: 'user get without roles' },
  { line: 'etcdctl user get --detail u1', setup: USER, covers: ['B-092'], name: 'user get --detail without roles' },
  { line: 'etcdctl user list x', covers: ['B-093'] },
  { line: 'etcdctl user list', covers: ['B-093'], name: 'user list without users' },
  { line: 'etcdctl user passwd', covers: ['B-094'] },
  { line: 'echo x | etcdctl user passwd nobody --interactive=false', covers: ['B-094'] },
  {
    name: 'user passwd asks twice on a terminal',
    line: 'exec etcdctl user passwd u1',
    setup: USER,
    terminal: true,
    steps: [
      { waitFor: FIRST },
      QUIET,
      { send: 'pw2\n' },
      { waitFor: AGAIN },
      QUIET,
      { send: 'pw2\n' },
      { waitFor: 'updated' },
    ],
    covers: ['B-094', 'B-095'],
  },
  { line: 'etcdctl user grant-role u1', covers: ['B-096'] },
  { line: 'etcdctl user grant-role nobody r1', covers: ['B-096'] },
  { line: 'etcdctl user grant-role u1 norole', setup: USER, covers: ['B-096'] },
  { line: 'etcdctl user revoke-role u1', covers: ['B-097'] },
  { line: 'etcdctl user revoke-role u1 r1', setup: ROLES, covers: ['B-097'], name: 'revoke-role that was not granted' },
  { line: 'etcdctl user revoke-role nobody r1', covers: ['B-097'] },
];
