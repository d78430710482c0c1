import type { Case } from '../harness/case.ts';
import type { Step } from '../../support/steps.ts';

const SEED = 'etcdctl put src/a 1; etcdctl put src/b 2';
const STOP = { signal: 'SIGINT' } as const;
const there = (key: string): Step => ({ shell: `until [ -n "$(etcdctl get ${key})" ]; do sleep 0.02; done` });
const MIRRORED = [there('dst/b'), { watchers: 1 }, { shell: 'etcdctl put src/c 3' }, there('dst/c'), STOP] as const;
const RESULT = 'etcdctl get dst/ --prefix';

/** A cluster is mirrored onto itself, under another prefix. */
export const mirrorCases: readonly Case[] = [
  {
    line: 'exec etcdctl make-mirror $EP --prefix src/ --dest-prefix dst/',
    setup: SEED,
    steps: MIRRORED,
    after: RESULT,
    covers: ['B-108', 'B-109', 'B-112'],
  },
  {
    line: 'exec etcdctl make-mirror $EP --prefix src/ --dest-prefix dst/ -w json',
    setup: SEED,
    steps: MIRRORED,
    after: RESULT,
    covers: ['D-211'],
  },
  { line: 'etcdctl make-mirror $EP -w xml', covers: ['D-211'] },
  {
    name: 'make-mirror follows a deletion',
    line: 'exec etcdctl make-mirror $EP --prefix src/ --dest-prefix dst/',
    setup: SEED,
    steps: [
      there('dst/b'),
      { watchers: 1 },
      { shell: 'etcdctl del src/a' },
      { shell: 'until [ -z "$(etcdctl get dst/a)" ]; do sleep 0.02; done' },
      STOP,
    ],
    after: RESULT,
    covers: ['B-108'],
  },
  {
    line: 'exec etcdctl make-mirror $EP --prefix src/ --no-dest-prefix',
    setup: SEED,
    steps: [there('b'), { watchers: 1 }, { shell: 'etcdctl put src/c 3' }, there('c'), STOP],
    after: 'etcdctl get --prefix ""',
    covers: ['B-113'],
  },
  {
    line: 'exec etcdctl make-mirror $EP --prefix src/ --dest-prefix dst/ --rev $R',
    setup: `${SEED}; R=$(revision); etcdctl put src/c 3`,
    since: '3.6',
    expected: { exitCode: 130, after: 'dst/b\n2\ndst/c\n3\ndst/d\n4\n' },
    steps: [there('dst/c'), { watchers: 1 }, { shell: 'etcdctl put src/d 4' }, there('dst/d'), STOP],
    after: RESULT,
    covers: ['B-110'],
  },
  {
    name: 'make-mirror --max-txn-ops',
    line: 'exec etcdctl make-mirror $EP --prefix src/ --dest-prefix dst/ --max-txn-ops 2',
    setup: SEED,
    since: '3.6',
    expected: {
      exitCode: 130,
      after: 'dst/1\nv\n\ndst/2\nv\n\ndst/3\nv\n\ndst/a\n1\ndst/b\n2\n'.replaceAll('\n\n', '\n'),
    },
    steps: [
      there('dst/b'),
      { watchers: 1 },
      { shell: String.raw`printf '\nput src/1 v\nput src/2 v\nput src/3 v\n\n\n' | etcdctl txn` },
      there('dst/3'),
      STOP,
    ],
    after: RESULT,
    covers: ['B-111'],
  },
  { line: 'etcdctl make-mirror', covers: ['B-108'] },
  { line: 'etcdctl make-mirror a b', covers: ['B-108'] },
  { line: 'etcdctl make-mirror $EP --dest-prefix d --no-dest-prefix', covers: ['B-112', 'B-113'] },
  {
    on: 'mtls',
    line: 'exec etcdctl make-mirror $URL --prefix src/ --dest-prefix dst/ --dest-cert client.crt --dest-key client.key --dest-cacert ca.crt --dest-insecure-transport=false',
    setup: SEED,
    steps: MIRRORED,
    after: RESULT,
    covers: ['B-114', 'B-115', 'B-116', 'B-117'],
  },
  {
    on: 'auth',
    line: 'exec etcdctl make-mirror $EP --user root:rootpw --prefix app/s --dest-prefix app/d --dest-user alice --dest-password alicepw',
    setup: 'etcdctl put app/s1 1',
    since: '3.5',
    steps: [there('app/d1'), { watchers: 1 }, { shell: 'etcdctl put app/s2 2' }, there('app/d2'), STOP],
    after: 'etcdctl get app/d --prefix',
    covers: ['B-118', 'B-119'],
  },
  {
    on: 'auth',
    line: 'etcdctl make-mirror $EP --user root:rootpw --prefix app/s --dest-user alice:wrong',
    since: '3.5',
    covers: ['B-118'],
  },
];
