import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const NEW = '--peer-urls=$NEW_PEER';
const LIST = 'etcdctl member list';
/**
 * The id of a new member is made of its URL and the second of its adding, and
 * lists are sorted by ids. So both twins add theirs early in a second, which mostly is the same.
 */
const EARLY = 'until [ "$(date +%1N)" -lt 4 ]; do sleep 0.03; done';
/** A learner that never starts; it takes no part in the quorum. */
const LEARNER = `${EARLY}; etcdctl member add lx --learner ${NEW}; ID=$(etcdctl member list | grep unstarted | cut -d, -f1)`;
/** A learner that runs and has caught up. */
const RUNNING_LEARNER = [
  EARLY,
  'etcdctl member add m9 --learner --peer-urls=unix://m9:1',
  'ID=$(etcdctl member list | grep unstarted | cut -d, -f1)',
  'hold learner m9',
  'until etcdctl member list | grep "$ID, started"; do sleep 0.05; done',
  // The leader has to hear of it too.
  'sleep 0.5',
].join('\n');
const WITHOUT_LEARNER_WORDS = ['a learner is added as learner'] as const;

export const memberCases: readonly Case[] = [
  ...inEveryFormat(
    91,
    { line: `etcdctl member add new --learner ${NEW}`, setup: EARLY, sameSecond: true, after: LIST },
    { simple: { versions: WITHOUT_LEARNER_WORDS } },
  ),
  {
    line: 'etcdctl member add new --peer-urls=$NEW_PEER,http://10.0.0.5:2380',
    setup: EARLY,
    sameSecond: true,
    on: 'three',
    after: LIST,
    covers: ['B-058', 'B-059'],
  },
  { line: 'etcdctl member add', covers: ['B-058'] },
  { line: 'etcdctl member add x', covers: ['B-058', 'B-059'] },
  { line: 'etcdctl member add x y', covers: ['B-058'] },
  { line: 'etcdctl member add x http://a:1', covers: ['B-058', 'row 41'] },
  { line: 'etcdctl member add x --peer-urls=abc', covers: ['B-059', 'row 42'], after: LIST },
  { line: 'etcdctl member add x --peer-urls=unix://m1:1', covers: ['B-059'], after: LIST },
  {
    line: 'etcdctl member add new --learner --peer-urls=http://10.0.0.5:2380',
    setup: `${LEARNER}; ${EARLY}`,
    sameSecond: true,
    covers: ['B-060'],
    after: LIST,
  },

  ...inEveryFormat(96, { line: 'etcdctl member remove $ID', setup: LEARNER, after: LIST }),
  { line: 'etcdctl member remove 1234', covers: ['B-061', 'row 40'] },
  { line: 'etcdctl member remove', covers: ['B-061'] },
  { line: 'etcdctl member remove zz', covers: ['B-061'] },

  ...inEveryFormat(101, {
    line: 'etcdctl member update $ID --peer-urls=http://10.0.0.9:2380',
    setup: LEARNER,
    sameSecond: true,
    after: LIST,
  }),
  { line: 'etcdctl member update', covers: ['B-062'] },
  { line: 'etcdctl member update zz', covers: ['B-062'] },
  { line: 'etcdctl member update 1234', covers: ['B-062', 'B-063'] },
  { line: 'etcdctl member update 1234 --peer-urls=abc', covers: ['B-063'] },
  { line: 'etcdctl member update 1234 --peer-urls=http://10.0.0.9:2380', covers: ['B-063'] },

  ...inEveryFormat(
    106,
    { line: 'etcdctl member list', on: 'three' },
    { fields: { versions: ['revision 0 is left out'] } },
  ),
  ...inEveryFormat(
    106,
    { name: 'member list with a learner', line: 'etcdctl member list', setup: LEARNER, sameSecond: true },
    { fields: { versions: ['revision 0 is left out'] } },
  ),
  { line: 'etcdctl member list ignored', covers: ['B-064'] },
  {
    line: 'etcdctl member list --hex -w json',
    since: '3.7',
    setup: LEARNER,
    expected: {
      stdout:
        '{"header":{"cluster_id":"d4970f982b3c9044","member_id":"f976188a233d66cb","raft_term":2},"members":[{"ID":"<id 1 in hex>","peerURLs":["<peer>"],"isLearner":true},{"ID":"f976188a233d66cb","name":"m1","peerURLs":["unix://m1:1"],"clientURLs":["http://<m1>"]}]}\n',
    },
    covers: ['B-064', 'A-004'],
  },
  {
    line: 'etcdctl member list --hex -w fields',
    versions: ['revision 0 is left out', 'hex in fields'],
    covers: ['B-064', 'A-004'],
  },
  { line: 'etcdctl member list --hex', covers: ['B-064', 'A-004'] },
  {
    line: 'etcdctl member list --consistency=s',
    since: '3.6',
    expected: { stdout: 'f976188a233d66cb, started, m1, unix://m1:1, http://<m1>, false\n' },
    covers: ['B-065'],
  },
  {
    line: 'etcdctl member list --consistency=x',
    since: '3.6',
    expected: { exitCode: 4, stderr: 'Error: unknown consistency flag "l"' },
    covers: ['B-065'],
  },

  ...inEveryFormat(111, {
    line: 'etcdctl member promote $ID',
    setup: RUNNING_LEARNER,
    sameSecond: true,
    since: '3.5',
    // While it runs, its vote is needed to remove it.
    after: `${LIST}; etcdctl member remove $(etcdctl member list | grep m9 | cut -d, -f1) >/dev/null`,
  }),
  { line: 'etcdctl member promote $ID', setup: LEARNER, covers: ['B-066'], name: 'member promote of one that lags' },
  { line: 'etcdctl member promote', covers: ['B-066'] },
  { line: 'etcdctl member promote zz', covers: ['B-066'] },
  { line: 'etcdctl member promote 1234', covers: ['B-066'] },
  { line: 'etcdctl member promote f976188a233d66cb', covers: ['B-066'] },
];
