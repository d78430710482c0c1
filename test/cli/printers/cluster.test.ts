import { AlarmResponse, DowngradeResponse, MoveLeaderResponse } from '../../../src/wire/gen/rpc/maintenance.ts';
import { describePrinting, refused } from './render.ts';

const header = { cluster_id: 17147723154638258451n, member_id: 13827041878936542982n, revision: 6n, raft_term: 2n };
const headerJson =
  '"header":{"cluster_id":17147723154638258451,"member_id":13827041878936542982,"revision":6,"raft_term":2}';
const headerFields = `"ClusterID" : 17147723154638258451
"MemberID" : 13827041878936542982
"Revision" : 6
"RaftTerm" : 2
`;
const headerYaml = `header:
  cluster_id: '17147723154638258451'
  member_id: '13827041878936542982'
  revision: 6
  raft_term: 2
`;
const alarms = [{ memberID: 13827041878936542982n, alarm: 1 as const }];

describePrinting('alarm', [
  {
    name: 'list',
    args: [AlarmResponse.fromPartial({ header, alarms })],
    simple: 'memberID:13827041878936542982 alarm:NOSPACE\n',
    json: `{${headerJson},"alarms":[{"memberID":13827041878936542982,"alarm":1}]}\n`,
    fields: `${headerFields}"MemberID" : 13827041878936542982\n"AlarmType" : NOSPACE\n\n`,
    table: refused,
    protobuf: '0a1a089382d1d7b4ebbcfced011086bed983c8aae1f1bf0118062002120d0886bed983c8aae1f1bf011001',
    yaml: `${headerYaml}alarms:\n- memberID: '13827041878936542982'\n  alarm: NOSPACE\n`,
  },
  {
    name: 'disarm, whose answer has no header',
    args: [AlarmResponse.fromPartial({ alarms })],
    json: '{"alarms":[{"memberID":13827041878936542982,"alarm":1}]}\n',
    fields: `"ClusterID" : 0
"MemberID" : 0
"RaftTerm" : 0
"MemberID" : 13827041878936542982
"AlarmType" : NOSPACE

`,
    protobuf: '120d0886bed983c8aae1f1bf011001',
  },
  {
    name: 'list',
    hex: true,
    args: [AlarmResponse.fromPartial({ header, alarms })],
    simple: 'memberID:13827041878936542982 alarm:NOSPACE\n',
    json: `{${headerJson},"alarms":[{"memberID":13827041878936542982,"alarm":1}]}\n`,
    fields: `"ClusterID" : edf8f35b4af44113
"MemberID" : bfe3855480765f06
"Revision" : 6
"RaftTerm" : 2
"MemberID" : bfe3855480765f06
"AlarmType" : NOSPACE

`,
  },
  {
    name: 'none to list',
    args: [AlarmResponse.fromPartial({ header })],
    simple: '',
    json: `{${headerJson}}\n`,
    fields: headerFields,
    yaml: headerYaml,
  },
  {
    name: 'none to disarm',
    args: [AlarmResponse.fromPartial({})],
    simple: '',
    json: '{}\n',
    protobuf: '',
    yaml: '{}\n',
  },
  {
    name: 'every kind, and one not known yet',
    args: [
      AlarmResponse.fromPartial({
        alarms: [{ memberID: 1n }, { alarm: 2 }, { memberID: 3n, alarm: JSON.parse('7') }],
      }),
    ],
    simple: 'memberID:1\nalarm:CORRUPT\nmemberID:3 alarm:7\n',
    json: '{"alarms":[{"memberID":1},{"alarm":2},{"memberID":3,"alarm":7}]}\n',
    fields: `"ClusterID" : 0
"MemberID" : 0
"RaftTerm" : 0
"MemberID" : 1
"AlarmType" : NONE

"MemberID" : 0
"AlarmType" : CORRUPT

"MemberID" : 3
"AlarmType" : 7

`,
  },
]);

describePrinting('moveLeader', [
  {
    args: [0xc37a2ab3cbb5861an, 0x3f7f179fab12ca35n, MoveLeaderResponse.fromPartial({})],
    simple: 'Leadership transferred from c37a2ab3cbb5861a to 3f7f179fab12ca35\n',
    json: '{}\n',
    fields: refused,
    table: refused,
    protobuf: '',
    yaml: '{}\n',
  },
]);

for (const [method, verb] of [
  ['downgradeValidate', 'validate'],
  ['downgradeEnable', 'enable'],
  ['downgradeCancel', 'cancel'],
] as const) {
  describePrinting(method, [
    {
      args: [DowngradeResponse.fromPartial({ header, version: '3.7' })],
      simple: `Downgrade ${verb} success, cluster version 3.7\n`,
      json: `{${headerJson},"version":"3.7"}\n`,
      fields: refused,
      table: refused,
      protobuf: '0a1a089382d1d7b4ebbcfced011086bed983c8aae1f1bf01180620021203332e37',
      yaml: `${headerYaml}version: '3.7'\n`,
    },
  ]);
}
