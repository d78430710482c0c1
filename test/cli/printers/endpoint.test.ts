import { describe, expect, it } from 'vitest';
import type { EndpointHealth } from '../../../src/cli/printers/index.ts';
import { HashKVResponse, StatusResponse } from '../../../src/wire/gen/rpc/maintenance.ts';
import { describePrinting, refused, render } from './render.ts';

const header = { cluster_id: 13565245535218897072n, member_id: 7513118786937086536n, revision: 2n, raft_term: 2n };
const headerJson =
  '"header":{"cluster_id":13565245535218897072,"member_id":7513118786937086536,"revision":2,"raft_term":2}';
const headerFields = `"ClusterID" : 13565245535218897072
"MemberID" : 7513118786937086536
"Revision" : 2
"RaftTerm" : 2
`;
const endpoint = '127.0.0.1:43001';

const healthy: EndpointHealth = { endpoint: '127.0.0.1:31111', health: true, tookNs: 3116034n, error: '' };
const unhealthy: EndpointHealth = {
  endpoint: '127.0.0.1:31999',
  health: false,
  tookNs: 1000573386n,
  error: 'context deadline exceeded',
};
const alarmed: EndpointHealth = {
  endpoint: 'http://é',
  health: false,
  tookNs: undefined,
  error: 'Active Alarm(s): NOSPACE ',
};

describePrinting('endpointHealth', [
  {
    args: [[healthy, unhealthy]],
    simple: '127.0.0.1:31111 is healthy: successfully committed proposal: took = 3.116034ms\n',
    json: '[{"endpoint":"127.0.0.1:31111","health":true,"took":"3.116034ms"},{"endpoint":"127.0.0.1:31999","health":false,"took":"1.000573386s","error":"context deadline exceeded"}]\n',
    fields: `"Endpoint" : "127.0.0.1:31111"
"Health" : true
"Took" : 3.116034ms
"Error" :${' '}

"Endpoint" : "127.0.0.1:31999"
"Health" : false
"Took" : 1.000573386s
"Error" : context deadline exceeded

`,
    table: `┌─────────────────┬────────┬──────────────┬───────────────────────────┐
│    ENDPOINT     │ HEALTH │     TOOK     │           ERROR           │
├─────────────────┼────────┼──────────────┼───────────────────────────┤
│ 127.0.0.1:31111 │   true │   3.116034ms │                           │
│ 127.0.0.1:31999 │  false │ 1.000573386s │ context deadline exceeded │
└─────────────────┴────────┴──────────────┴───────────────────────────┘
`,
    protobuf: refused,
    yaml: `- endpoint: 127.0.0.1:31111
  health: true
  took: 3.116034ms
- endpoint: 127.0.0.1:31999
  health: false
  took: 1.000573386s
  error: context deadline exceeded
`,
  },
  {
    name: 'never reached',
    args: [[alarmed]],
    json: '[{"endpoint":"http://é","health":false,"took":"","error":"Active Alarm(s): NOSPACE "}]\n',
    fields: '"Endpoint" : "http://é"\n"Health" : false\n"Took" : \n"Error" : Active Alarm(s): NOSPACE \n\n',
    table: `┌──────────┬────────┬──────┬──────────────────────────┐
│ ENDPOINT │ HEALTH │ TOOK │          ERROR           │
├──────────┼────────┼──────┼──────────────────────────┤
│ http://é │  false │      │ Active Alarm(s): NOSPACE │
└──────────┴────────┴──────┴──────────────────────────┘
`,
  },
  {
    name: 'no endpoint',
    args: [[]],
    simple: '',
    json: 'null\n',
    fields: '',
    table: `┌──────────┬────────┬──────┬───────┐
│ ENDPOINT │ HEALTH │ TOOK │ ERROR │
└──────────┴────────┴──────┴───────┘
`,
    yaml: 'null\n',
  },
]);

describe('endpointHealth -w simple', () => {
  it('says on stderr what is unhealthy', async () => {
    const { err } = await render('simple', (printer) => printer.endpointHealth([healthy, unhealthy]));
    expect(err.toString()).toBe('127.0.0.1:31999 is unhealthy: failed to commit proposal: context deadline exceeded\n');
  });

  it('goes by the error, as etcdctl does', async () => {
    const { out, err } = await render('simple', (printer) => printer.endpointHealth([alarmed]));
    expect(out.toString()).toBe('');
    expect(err.toString()).toBe('http://é is unhealthy: failed to commit proposal: Active Alarm(s): NOSPACE \n');
  });

  it('is coloured if colours are wanted', async () => {
    const paint = { good: (text: string) => `<g>${text}</g>`, bad: (text: string) => `<b>${text}</b>` };
    const { out, err } = await render('simple', (printer) => printer.endpointHealth([healthy, unhealthy]), {
      paint: { out: paint, err: paint },
    });
    expect(out.toString()).toContain('<g>127.0.0.1:31111 is healthy: successfully');
    expect(err.toString()).toContain('<b>127.0.0.1:31999 is unhealthy: ');
  });
});

const status = StatusResponse.fromPartial({
  header,
  version: '3.7.1',
  dbSize: 20480n,
  leader: 7513118786937086536n,
  raftIndex: 8n,
  raftTerm: 2n,
  raftAppliedIndex: 8n,
  dbSizeInUse: 16384n,
  storageVersion: '3.7.0',
  dbSizeQuota: 2147483648n,
  downgradeInfo: {},
});
const statusFields = `${headerFields}"Version" : "3.7.1"
"StorageVersion" : "3.7.0"
"DBSize" : 20480
"DBSizeInUse" : 16384
"DBSizeQuota" : 2147483648
"Leader" : 7513118786937086536
"IsLearner" : false
"RaftIndex" : 8
"RaftTerm" : 2
"RaftAppliedIndex" : 8
"Errors" : []
"Endpoint" : "127.0.0.1:43001"
"DowngradeTargetVersion" : ""
"DowngradeEnabled" : false

`;

describePrinting('endpointStatus', [
  {
    args: [[{ endpoint, status }]],
    simple:
      '127.0.0.1:43001, 6843f5bb02b2e248, 3.7.1, 3.7.0, 20 kB, 16 kB, 20%, 2.1 GB, true, false, 2, 8, 8, , , false\n',
    json: `[{"Endpoint":"127.0.0.1:43001","Status":{${headerJson},"version":"3.7.1","dbSize":20480,"leader":7513118786937086536,"raftIndex":8,"raftTerm":2,"raftAppliedIndex":8,"dbSizeInUse":16384,"storageVersion":"3.7.0","dbSizeQuota":2147483648,"downgradeInfo":{}}}]\n`,
    fields: statusFields,
    table: `┌─────────────────┬──────────────────┬─────────┬─────────────────┬─────────┬────────┬───────────────────────┬────────┬───────────┬────────────┬───────────┬────────────┬────────────────────┬────────┬──────────────────────────┬───────────────────┐
│    ENDPOINT     │        ID        │ VERSION │ STORAGE VERSION │ DB SIZE │ IN USE │ PERCENTAGE NOT IN USE │ QUOTA  │ IS LEADER │ IS LEARNER │ RAFT TERM │ RAFT INDEX │ RAFT APPLIED INDEX │ ERRORS │ DOWNGRADE TARGET VERSION │ DOWNGRADE ENABLED │
├─────────────────┼──────────────────┼─────────┼─────────────────┼─────────┼────────┼───────────────────────┼────────┼───────────┼────────────┼───────────┼────────────┼────────────────────┼────────┼──────────────────────────┼───────────────────┤
│ 127.0.0.1:43001 │ 6843f5bb02b2e248 │   3.7.1 │           3.7.0 │   20 kB │  16 kB │                   20% │ 2.1 GB │      true │      false │         2 │          8 │                  8 │        │                          │             false │
└─────────────────┴──────────────────┴─────────┴─────────────────┴─────────┴────────┴───────────────────────┴────────┴───────────┴────────────┴───────────┴────────────┴────────────────────┴────────┴──────────────────────────┴───────────────────┘
`,
    protobuf: refused,
    yaml: `- Endpoint: 127.0.0.1:43001
  Status:
    header:
      cluster_id: '13565245535218897072'
      member_id: '7513118786937086536'
      revision: 2
      raft_term: 2
    version: 3.7.1
    dbSize: 20480
    leader: '7513118786937086536'
    raftIndex: 8
    raftTerm: 2
    raftAppliedIndex: 8
    dbSizeInUse: 16384
    storageVersion: 3.7.0
    dbSizeQuota: 2147483648
    downgradeInfo: {}
`,
  },
  {
    name: 'an alarm, a learner, a downgrade',
    args: [
      [
        {
          endpoint,
          status: {
            ...status,
            leader: 5n,
            isLearner: true,
            errors: ['memberID:1 alarm:NOSPACE ', 'etcdserver: no leader'],
            downgradeInfo: { enabled: true, targetVersion: '3.6.0' },
          },
        },
      ],
    ],
    simple:
      '127.0.0.1:43001, 6843f5bb02b2e248, 3.7.1, 3.7.0, 20 kB, 16 kB, 20%, 2.1 GB, false, true, 2, 8, 8, memberID:1 alarm:NOSPACE , etcdserver: no leader, 3.6.0, true\n',
    json: `[{"Endpoint":"127.0.0.1:43001","Status":{${headerJson},"version":"3.7.1","dbSize":20480,"leader":5,"raftIndex":8,"raftTerm":2,"raftAppliedIndex":8,"errors":["memberID:1 alarm:NOSPACE ","etcdserver: no leader"],"dbSizeInUse":16384,"isLearner":true,"storageVersion":"3.7.0","dbSizeQuota":2147483648,"downgradeInfo":{"enabled":true,"targetVersion":"3.6.0"}}}]\n`,
    fields: statusFields
      .replace('"Leader" : 7513118786937086536', '"Leader" : 5')
      .replace('"IsLearner" : false', '"IsLearner" : true')
      .replace('"Errors" : []', '"Errors" : [memberID:1 alarm:NOSPACE  etcdserver: no leader]')
      .replace('"DowngradeTargetVersion" : ""', '"DowngradeTargetVersion" : "3.6.0"')
      .replace('"DowngradeEnabled" : false', '"DowngradeEnabled" : true'),
  },
  {
    name: 'an older server, which says less',
    args: [[{ endpoint, status: StatusResponse.fromPartial({ version: '3.4.23', dbSize: 1000n, dbSizeInUse: 999n }) }]],
    simple: '127.0.0.1:43001, 0, 3.4.23, , 1.0 kB, 999 B, 1%, 0 B, true, false, 0, 0, 0, , , false\n',
    json: '[{"Endpoint":"127.0.0.1:43001","Status":{"version":"3.4.23","dbSize":1000,"dbSizeInUse":999}}]\n',
  },
  {
    name: 'an empty database, on which etcdctl would fail',
    args: [[{ endpoint, status: StatusResponse.fromPartial({}) }]],
    simple: '127.0.0.1:43001, 0, , , 0 B, 0 B, 0%, 0 B, true, false, 0, 0, 0, , , false\n',
  },
  { name: 'none answered', args: [[]], simple: '', json: 'null\n', fields: '', yaml: 'null\n' },
  {
    hex: true,
    args: [[{ endpoint, status }]],
    json: `[{"Endpoint":"127.0.0.1:43001","Status":{${headerJson},"version":"3.7.1","dbSize":20480,"leader":7513118786937086536,"raftIndex":8,"raftTerm":2,"raftAppliedIndex":8,"dbSizeInUse":16384,"storageVersion":"3.7.0","dbSizeQuota":2147483648,"downgradeInfo":{}}}]\n`,
    fields: statusFields
      .replace('"ClusterID" : 13565245535218897072', '"ClusterID" : bc416ef149ad10b0')
      .replace('"MemberID" : 7513118786937086536', '"MemberID" : 6843f5bb02b2e248'),
  },
]);

const hashKv = HashKVResponse.fromPartial({ header, hash: 3305255506, compact_revision: -1n, hash_revision: 2n });

describePrinting('endpointHashKv', [
  {
    args: [[{ endpoint, hashKv }]],
    simple: '127.0.0.1:43001, 3305255506, 2\n',
    json: `[{"Endpoint":"127.0.0.1:43001","HashKV":{${headerJson},"hash":3305255506,"compact_revision":-1,"hash_revision":2}}]\n`,
    fields: `${headerFields}"Endpoint" : "127.0.0.1:43001"\n"Hash" : 3305255506\n"HashRevision" : 2\n\n`,
    table: `┌─────────────────┬────────────┬───────────────┐
│    ENDPOINT     │    HASH    │ HASH REVISION │
├─────────────────┼────────────┼───────────────┤
│ 127.0.0.1:43001 │ 3305255506 │             2 │
└─────────────────┴────────────┴───────────────┘
`,
    protobuf: refused,
    yaml: `- Endpoint: 127.0.0.1:43001
  HashKV:
    header:
      cluster_id: '13565245535218897072'
      member_id: '7513118786937086536'
      revision: 2
      raft_term: 2
    hash: 3305255506
    compact_revision: -1
    hash_revision: 2
`,
  },
  { name: 'none answered', args: [[]], simple: '', json: 'null\n', fields: '', yaml: 'null\n' },
]);
