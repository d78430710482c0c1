/**
 * Command lines as they stand in runbooks, with addresses, certificates and
 * keys of the test. `kubectl` and `sudo` are stand-ins that run what follows.
 */
import type { Case } from '../harness/case.ts';

const REGISTRY = String.raw`printf 'k8s\000\n\f\n\002v1\022\006Secret' | etcdctl put /registry/secrets/default/secret1; etcdctl put /registry/pods/kube-system/kube-proxy-5vg8r pod; etcdctl put somekey v`;
const TLS = '--cacert=ca.crt --cert=client.crt --key=client.key';
const SIZES = ['database size', 'raft index'] as const;
const STATUS = { rules: SIZES, versions: ['sixteen columns of status'] } as const;
const HEALTH = { rules: ['durations', 'any order of lines'], versions: ['healthy is said on stderr'] } as const;
const covers = ['runbook'];

export const runbookCases: readonly Case[] = [
  { line: 'ETCDCTL_API=3 etcdctl --endpoints $EP snapshot save snapshotdb', covers, after: 'ls' },
  { on: 'three', line: 'etcdctl --endpoints=http://$EP,http://$EP2 member list', covers },
  {
    line: 'etcdctl member remove $ID',
    setup:
      'etcdctl member add m4 --learner --peer-urls=$NEW_PEER; ID=$(etcdctl member list | grep unstarted | cut -d, -f1)',
    after: 'etcdctl member list',
    covers,
  },
  {
    on: 'three',
    line: 'etcdctl member add member4 --peer-urls=http://10.0.0.4:2380',
    setup: 'until [ "$(date +%1N)" -lt 4 ]; do sleep 0.03; done',
    sameSecond: true,
    covers,
    spoils: true,
  },
  {
    on: 'mtls',
    bare: true,
    line: `ETCDCTL_API=3 etcdctl --endpoints=$EP ${TLS} get /registry/secrets/default/secret1 | od -c`,
    setup: REGISTRY,
    covers,
  },
  {
    on: 'three mtls',
    bare: true,
    line: `HOST0=localhost; etcdctl --cert client.crt --key client.key --cacert ca.crt --endpoints https://\${HOST0}:$PORT endpoint health --cluster`,
    ...HEALTH,
    covers,
  },
  {
    on: 'mtls',
    bare: true,
    line: 'export ETCDCTL_ENDPOINTS=$EP; ETCDCTL_API=3 etcdctl snapshot save --cacert ca.crt --cert client.crt --key client.key ./snapshot-pre-boot.db',
    after: 'ls *.db*',
    covers,
  },
  {
    on: 'mtls',
    bare: true,
    line: 'sudo ETCDCTL_API=3 etcdctl member list --endpoints=https://127.0.0.1:$PORT --cacert=ca.crt --cert=client.crt --key=client.key',
    covers,
  },
  {
    name: 'the revision out of JSON, then compact',
    line: `rev=$(ETCDCTL_API=3 etcdctl --endpoints=:$PORT endpoint status --write-out="json" | egrep -o '"revision":[0-9]*' | egrep -o '[0-9].*'); echo $rev; ETCDCTL_ENDPOINTS=$EP ETCDCTL_API=3 etcdctl compact $rev`,
    setup: REGISTRY,
    covers,
  },
  {
    on: 'three',
    name: 'runbook: etcdctl defrag --cluster',
    line: 'etcdctl defrag --cluster',
    rules: ['durations', 'any order of lines'],
    versions: ['defragmentation took'],
    covers,
  },
  { line: 'ETCDCTL_API=3 etcdctl --write-out=table endpoint status', ...STATUS, covers },
  {
    line: 'etcdctl get --rev=$R somekey',
    setup: `${REGISTRY}; R=$(revision); etcdctl put somekey new`,
    covers,
  },
  {
    on: 'three',
    name: 'runbook: etcdctl endpoint status --cluster -w table',
    line: 'etcdctl endpoint status --cluster -w table',
    ...STATUS,
    covers,
  },
  {
    on: 'mtls',
    line: 'unset ETCDCTL_ENDPOINTS; etcdctl --command-timeout=30s --endpoints=https://localhost:$PORT defrag',
    rules: ['durations'],
    versions: ['defragmentation took'],
    covers,
  },
  { on: 'three', name: 'runbook: etcdctl member list -w table', line: 'etcdctl member list -w table', covers },
  { line: 'etcdctl alarm disarm', covers },
  {
    line: `etcdctl endpoint status | awk -F, '{print "endpoint: "$1" leader:"$9}'`,
    name: 'the ninth column of status',
    since: '3.6',
    covers,
    expected: { stdout: 'endpoint: <m1> leader: true\n' },
  },
  {
    line: `REVISION=$(etcdctl endpoint status --write-out fields | sed -nE 's,"Revision" : ([0-9]+),\\1,p'); echo $REVISION`,
    setup: REGISTRY,
    covers,
  },
  {
    on: 'three mtls',
    line: 'export ETCDCTL_CACERT=ca.crt; etcdctl endpoint health --cluster -w table',
    rules: ['durations', 'any order of lines'],
    covers,
  },
  { on: 'three', line: "etcdctl member list | cut -d, -f5 | sed -e 's/ //g' | paste -sd ','", covers },
  { line: 'etcdctl alarm list', covers },
  {
    line: 'exec etcdctl watch --prefix /registry',
    steps: [
      { watchers: 1 },
      { shell: 'etcdctl put /registry/a 1' },
      { waitFor: '/registry/a\n1\n' },
      { signal: 'SIGINT' },
    ],
    covers,
  },
  { line: 'etcdctl get /registry --prefix=true --keys-only', setup: REGISTRY, covers },
  {
    on: 'mtls',
    bare: true,
    name: 'kubectl exec with a shell',
    line: `export ETCDCTL_ENDPOINTS=$EP; kubectl exec etcd-kubernetes -n kube-system -i -t -- sh -c 'ETCDCTL_API=3 etcdctl ${TLS} get /registry/pods/kube-system/kube-proxy-5vg8r --print-value-only'`,
    setup: REGISTRY,
    covers,
  },
  {
    line: 'kubectl exec etcd-0 -- env ETCDCTL_API=3 etcdctl del --prefix ""',
    setup: REGISTRY,
    after: 'etcdctl get --prefix ""',
    covers,
  },
  {
    on: 'mtls',
    bare: true,
    line: `etcdctl --endpoints=127.0.0.1:$PORT ${TLS} --command-timeout=15s endpoint health`,
    ...HEALTH,
    rules: ['durations'],
    covers,
  },
  { on: 'three', line: 'until etcdctl endpoint health --cluster; do sleep 1; done', ...HEALTH, covers },
  { line: 'etcdctl user add root --new-user-password=rootpwd', after: 'etcdctl user list', covers },
  {
    on: 'auth',
    line: 'exec etcdctl make-mirror http://$EP --user=root:rootpw --prefix app/ --dest-prefix copy/ --dest-user root:rootpw',
    setup: 'etcdctl put app/a 1',
    since: '3.5',
    steps: [{ shell: 'until etcdctl get copy/a | grep 1; do sleep 0.02; done' }, { signal: 'SIGINT' }],
    after: 'etcdctl get copy/ --prefix',
    covers,
  },
  {
    line: 'etcdctl -w json get --order=DESCEND --sort-by=MODIFY --limit=1 ecs',
    setup: 'etcdctl put ecs 1',
    covers,
  },
  {
    name: 'cat into put',
    line: String.raw`printf 'k8s\000\001\377\n' >updated-pod.bin; cat updated-pod.bin | ETCDCTL_API=3 etcdctl put /registry/pods/default/pod-1`,
    after: 'etcdctl get /registry/pods/default/pod-1 -w json',
    covers,
  },
];

const ALIAS = `alias etcdctl="export ETCDCTL_API=3; etcdctl --key=client.key --cert=client.crt --cacert=ca.crt --endpoints=$EP,$EP2,$EP3"`;
const KUBECTL_ALIAS = `alias etcdctl="kubectl exec -it -n kube-system etcd-master-1 -- etcdctl --key=client.key --cert=client.crt --cacert=ca.crt --endpoints=$EP,$EP2,$EP3"`;

/** An alias takes effect on the lines after its own. */
const aliased = (alias: string): string => `${alias}\netcdctl get /registry --prefix --keys-only\netcdctl member list`;

const WAYS: readonly (readonly [way: string, change: (script: string) => Partial<Case> & { line: string }])[] = [
  ['bash', (script) => ({ line: `bash --norc -ic '${script}'` })],
  ['sh -c', (script) => ({ line: `sh -c '${script}'` })],
  ['a terminal', (script) => ({ line: `exec bash --norc -ic '${script}'`, terminal: true })],
  ['stdin closed', (script) => ({ line: `sh -c '${script}'`, closedStdin: true })],
];

export const aliasCases: readonly Case[] = [ALIAS, KUBECTL_ALIAS].flatMap((alias, index) =>
  WAYS.map(
    ([way, change]): Case => ({
      ...change(aliased(alias)),
      name: `${index === 0 ? 'the alias' : 'the alias for kubectl'} from ${way}`,
      on: 'three mtls',
      bare: true,
      setup: REGISTRY,
      covers,
    }),
  ),
);

/** A minute long, as Go's. */
export const slowRunbookCases: readonly Case[] = [
  {
    on: 'mtls',
    bare: true,
    name: 'runbook: check perf',
    line: 'ETCDCTL_ENDPOINTS=https://127.0.0.1:$PORT ETCDCTL_CACERT=ca.crt ETCDCTL_CERT=client.crt ETCDCTL_KEY=client.key ETCDCTL_API=3 etcdctl check perf; test $? -le 1',
    rules: ['measurements'],
    timeoutMs: 110_000,
    covers,
  },
];
