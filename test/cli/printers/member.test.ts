import { describe, expect, it } from 'vitest';
import { rawText } from '../../../src/base/index.ts';
import {
  MemberAddResponse,
  MemberListResponse,
  MemberPromoteResponse,
  MemberRemoveResponse,
  MemberUpdateResponse,
} from '../../../src/wire/gen/rpc/cluster.ts';
import { describePrinting, refused, renderText } from './render.ts';

const header = { cluster_id: 13173989514183604169n, member_id: 4575401720969087541n, raft_term: 7n };
const m1 = {
  ID: 4575401720969087541n,
  name: 'm1',
  peerURLs: ['http://127.0.0.1:31112'],
  clientURLs: ['http://127.0.0.1:31111'],
};
const unstarted = { ID: 0xcdb318a1820aea2n, peerURLs: ['http://127.0.0.1:31153'], isLearner: true };
const added = { ID: 0xde5e9c357ed76c1n, peerURLs: ['http://127.0.0.1:31150', 'http://127.0.0.2:31150'] };

const headerJson = '"header":{"cluster_id":13173989514183604169,"member_id":4575401720969087541,"raft_term":7}';
const headerHex = '"header":{"cluster_id":"b6d369aa13a277c9","member_id":"3f7f179fab12ca35","raft_term":7}';
const m1Urls = '"name":"m1","peerURLs":["http://127.0.0.1:31112"],"clientURLs":["http://127.0.0.1:31111"]';
const m1Json = `{"ID":4575401720969087541,${m1Urls}}`;
const m1Hex = `{"ID":"3f7f179fab12ca35",${m1Urls}}`;
const unstartedUrls = '"peerURLs":["http://127.0.0.1:31153"],"isLearner":true';

const list = MemberListResponse.fromPartial({ header, members: [m1, unstarted] });

describePrinting('memberList', [
  {
    args: [list],
    simple: `3f7f179fab12ca35, started, m1, http://127.0.0.1:31112, http://127.0.0.1:31111, false
cdb318a1820aea2, unstarted, , http://127.0.0.1:31153, , true
`,
    json: `{${headerJson},"members":[${m1Json},{"ID":926388617534811810,${unstartedUrls}}]}\n`,
    fields: `"ClusterID" : 13173989514183604169
"MemberID" : 4575401720969087541
"RaftTerm" : 7
"ID" : 4575401720969087541
"Name" : "m1"
"PeerURL" : "http://127.0.0.1:31112"
"ClientURL" : "http://127.0.0.1:31111"
"IsLearner" : false

"ID" : 926388617534811810
"Name" : ""
"PeerURL" : "http://127.0.0.1:31153"
"IsLearner" : true

`,
    table: `┌──────────────────┬───────────┬──────┬────────────────────────┬────────────────────────┬────────────┐
│        ID        │  STATUS   │ NAME │       PEER ADDRS       │      CLIENT ADDRS      │ IS LEARNER │
├──────────────────┼───────────┼──────┼────────────────────────┼────────────────────────┼────────────┤
│ 3f7f179fab12ca35 │   started │   m1 │ http://127.0.0.1:31112 │ http://127.0.0.1:31111 │      false │
│  cdb318a1820aea2 │ unstarted │      │ http://127.0.0.1:31153 │                        │       true │
└──────────────────┴───────────┴──────┴────────────────────────┴────────────────────────┴────────────┘
`,
    protobuf:
      '0a1708c9ef899da1b5dae9b60110b594cbd8faf3c5bf3f2007123e08b594cbd8faf3c5bf3f12026d311a16687474703a2f2f3132372e302e302e313a33313131322216687474703a2f2f3132372e302e302e313a3331313131122408a2dd82c1a1b1cced0c1a16687474703a2f2f3132372e302e302e313a33313135332801',
    yaml: `header:
  cluster_id: '13173989514183604169'
  member_id: '4575401720969087541'
  raft_term: 7
members:
- ID: '4575401720969087541'
  name: m1
  peerURLs:
  - http://127.0.0.1:31112
  clientURLs:
  - http://127.0.0.1:31111
- ID: '926388617534811810'
  peerURLs:
  - http://127.0.0.1:31153
  isLearner: true
`,
  },
  {
    hex: true,
    args: [list],
    json: `{${headerHex},"members":[${m1Hex},{"ID":"cdb318a1820aea2",${unstartedUrls}}]}\n`,
    fields: `"ClusterID" : b6d369aa13a277c9
"MemberID" : 3f7f179fab12ca35
"RaftTerm" : 7
"ID" : 3f7f179fab12ca35
"Name" : "m1"
"PeerURL" : "http://127.0.0.1:31112"
"ClientURL" : "http://127.0.0.1:31111"
"IsLearner" : false

"ID" : cdb318a1820aea2
"Name" : ""
"PeerURL" : "http://127.0.0.1:31153"
"IsLearner" : true

`,
  },
  {
    name: 'no members',
    args: [MemberListResponse.fromPartial({})],
    simple: '',
    json: '{}\n',
    table: `┌────┬────────┬──────┬────────────┬──────────────┬────────────┐
│ ID │ STATUS │ NAME │ PEER ADDRS │ CLIENT ADDRS │ IS LEARNER │
└────┴────────┴──────┴────────────┴──────────────┴────────────┘
`,
    protobuf: '',
    yaml: '{}\n',
  },
  { name: 'no members', hex: true, args: [MemberListResponse.fromPartial({})], json: '{"header":null,"members":[]}\n' },
  {
    name: 'a name to escape',
    args: [MemberListResponse.fromPartial({ members: [{ ID: 1n, name: '<é&"\u2028>' }] })],
    simple: '1, started, <é&"\u2028>, , , false\n',
    json: '{"members":[{"ID":1,"name":"\\u003cé\\u0026\\"\\u2028\\u003e"}]}\n',
  },
]);

const addResponse = MemberAddResponse.fromPartial({ header, member: added, members: [m1, unstarted, added] });

describePrinting('memberAdd', [
  {
    args: [addResponse, 'n0'],
    simple: `Member  de5e9c357ed76c1 added to cluster b6d369aa13a277c9

ETCD_NAME="n0"
ETCD_INITIAL_CLUSTER="m1=http://127.0.0.1:31112,=http://127.0.0.1:31153,n0=http://127.0.0.1:31150,n0=http://127.0.0.2:31150"
ETCD_INITIAL_ADVERTISE_PEER_URLS="http://127.0.0.1:31150,http://127.0.0.2:31150"
ETCD_INITIAL_CLUSTER_STATE="existing"
`,
    json: `{${headerJson},"member":{"ID":1001463517362878145,"peerURLs":["http://127.0.0.1:31150","http://127.0.0.2:31150"]},"members":[${m1Json},{"ID":926388617534811810,${unstartedUrls}},{"ID":1001463517362878145,"peerURLs":["http://127.0.0.1:31150","http://127.0.0.2:31150"]}]}\n`,
    fields: refused,
    table: refused,
  },
  {
    name: 'as a learner',
    args: [
      MemberAddResponse.fromPartial({ header, member: unstarted, members: [unstarted] }),
      'n"1',
      'http://127.0.0.1:31153,',
    ],
    simple: `Member  cdb318a1820aea2 added as learner to cluster b6d369aa13a277c9

ETCD_NAME="n\\"1"
ETCD_INITIAL_CLUSTER="n\\"1=http://127.0.0.1:31153"
ETCD_INITIAL_ADVERTISE_PEER_URLS="http://127.0.0.1:31153,"
ETCD_INITIAL_CLUSTER_STATE="existing"
`,
    protobuf:
      '0a1708c9ef899da1b5dae9b60110b594cbd8faf3c5bf3f2007122408a2dd82c1a1b1cced0c1a16687474703a2f2f3132372e302e302e313a333131353328011a2408a2dd82c1a1b1cced0c1a16687474703a2f2f3132372e302e302e313a33313135332801',
  },
  {
    name: 'under a name that is no text',
    args: [MemberAddResponse.fromPartial({ header, member: added, members: [] }), rawText(Uint8Array.of(0xff)), 'u'],
    simple: `Member  de5e9c357ed76c1 added to cluster b6d369aa13a277c9

ETCD_NAME="\\xff"
ETCD_INITIAL_CLUSTER=""
ETCD_INITIAL_ADVERTISE_PEER_URLS="u"
ETCD_INITIAL_CLUSTER_STATE="existing"
`,
  },
  {
    hex: true,
    args: [MemberAddResponse.fromPartial({ header, member: unstarted, members: [m1] }), 'n1'],
    json: `{${headerHex},"member":{"ID":"cdb318a1820aea2",${unstartedUrls}},"members":[${m1Hex}]}\n`,
  },
  {
    name: 'without a member',
    hex: true,
    args: [MemberAddResponse.fromPartial({}), 'n1'],
    json: '{"header":null,"member":null,"members":[]}\n',
  },
]);

const remaining = { header, members: [m1] };
const remainingJson = `{${headerJson},"members":[${m1Json}]}\n`;
const remainingHex = `{${headerHex},"members":[${m1Hex}]}\n`;
const remainingProtobuf =
  '0a1708c9ef899da1b5dae9b60110b594cbd8faf3c5bf3f2007123e08b594cbd8faf3c5bf3f12026d311a16687474703a2f2f3132372e302e302e313a33313131322216687474703a2f2f3132372e302e302e313a3331313131';
const others = { json: remainingJson, fields: refused, table: refused, protobuf: remainingProtobuf } as const;

describePrinting('memberRemove', [
  {
    args: [0xf806a796d3e69963n, MemberRemoveResponse.fromPartial(remaining)],
    simple: 'Member f806a796d3e69963 removed from cluster b6d369aa13a277c9\n',
    ...others,
  },
  { hex: true, args: [1n, MemberRemoveResponse.fromPartial(remaining)], json: remainingHex },
  {
    name: 'a short ID',
    args: [1n, MemberRemoveResponse.fromPartial({})],
    simple: `Member ${' '.repeat(15)}1 removed from cluster ${' '.repeat(15)}0\n`,
    json: '{}\n',
  },
]);

describePrinting('memberUpdate', [
  {
    args: [0xde5e9c357ed76c1n, MemberUpdateResponse.fromPartial(remaining)],
    simple: 'Member  de5e9c357ed76c1 updated in cluster b6d369aa13a277c9\n',
    ...others,
  },
  { hex: true, args: [1n, MemberUpdateResponse.fromPartial(remaining)], json: remainingHex },
]);

describePrinting('memberPromote', [
  {
    args: [0xde5e9c357ed76c1n, MemberPromoteResponse.fromPartial(remaining)],
    simple: 'Member  de5e9c357ed76c1 promoted in cluster b6d369aa13a277c9\n',
    ...others,
  },
  {
    name: 'with a revision',
    hex: true,
    args: [1n, MemberPromoteResponse.fromPartial({ header: { ...header, revision: 3n, raft_term: 0n } })],
    json: '{"header":{"cluster_id":"b6d369aa13a277c9","member_id":"3f7f179fab12ca35","revision":3},"members":[]}\n',
  },
]);

describe('IDs in yaml', () => {
  it('are hexadecimal with --hex', async () => {
    const text = await renderText('yaml', (printer) => printer.memberList(list), { hex: true });
    expect(text.match(/\w*(?:_id|ID): .*/g)).toEqual([
      'cluster_id: b6d369aa13a277c9',
      'member_id: 3f7f179fab12ca35',
      'ID: 3f7f179fab12ca35',
      'ID: cdb318a1820aea2',
    ]);
  });
});
