import {
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
} from '../../../src/wire/gen/rpc/lease.ts';
import { bytes, describePrinting, refused } from './render.ts';
import { fieldsHeader, header, jsonHeader, yamlHeader } from './samples.ts';

const ID = 1615000076950531289n;
const flatJson = '"cluster_id":3671415558596415897,"member_id":937887316624643689,"revision":11,"raft_term":2';
const flatYaml = yamlHeader.replace('header:\n', '').replaceAll('  ', '');
const hexFields = fieldsHeader
  .replace('3671415558596415897', '32f37cffa0fb5199')
  .replace('937887316624643689', 'd040b8b9ac19669');
const headerMessage = '0899a3ed87fa9fdff93210e9ac86d6b9f182820d180b2002';

describePrinting('leaseGrant', [
  {
    args: [LeaseGrantResponse.fromPartial({ header, ID, TTL: 3600n })],
    simple: 'lease 1669a2036add6cd9 granted with TTL(3600s)\n',
    json: `{${flatJson},"ID":1615000076950531289,"TTL":3600,"Error":""}\n`,
    fields: `${fieldsHeader}"ID" : 1615000076950531289\n"TTL" : 3600\n`,
    table: refused,
    protobuf: headerMessage,
    yaml: `${flatYaml}ID: '1615000076950531289'\nTTL: 3600\nError: ''\n`,
  },
  {
    hex: true,
    args: [LeaseGrantResponse.fromPartial({ header, ID, TTL: 3600n })],
    simple: 'lease 1669a2036add6cd9 granted with TTL(3600s)\n',
    json: `{${flatJson},"ID":1615000076950531289,"TTL":3600,"Error":""}\n`,
    fields: `${hexFields}"ID" : 1669a2036add6cd9\n"TTL" : 3600\n`,
  },
  {
    name: 'a small ID',
    hex: true,
    args: [LeaseGrantResponse.fromPartial({ header, ID: 0x1234n, TTL: 2n })],
    simple: 'lease 0000000000001234 granted with TTL(2s)\n',
    fields: `${hexFields}"ID" : 0000000000001234\n"TTL" : 2\n`,
  },
  {
    name: 'a negative ID',
    args: [LeaseGrantResponse.fromPartial({ ID: -1n, TTL: 2n, error: 'a<b' })],
    simple: 'lease -000000000000001 granted with TTL(2s)\n',
    json: '{"ID":-1,"TTL":2,"Error":"a\\u003cb"}\n',
    fields: '"ClusterID" : 0\n"MemberID" : 0\n"RaftTerm" : 0\n"ID" : -1\n"TTL" : 2\n',
    protobuf: '',
  },
]);

describePrinting('leaseRevoke', [
  {
    args: [ID, LeaseRevokeResponse.fromPartial({ header })],
    simple: 'lease 1669a2036add6cd9 revoked\n',
    json: `{${jsonHeader}}\n`,
    fields: fieldsHeader,
    table: refused,
    protobuf: refused,
    yaml: yamlHeader,
  },
]);

const alive = LeaseTimeToLiveResponse.fromPartial({ header, ID, TTL: 3599n, grantedTTL: 3600n });
const withKeys = { ...alive, keys: [bytes('lk1'), bytes('lk2')] };

describePrinting('leaseTimeToLive', [
  {
    args: [alive, false],
    simple: 'lease 1669a2036add6cd9 granted with TTL(3600s), remaining(3599s)\n',
    json: `{${flatJson},"id":1615000076950531289,"ttl":3599,"granted-ttl":3600,"keys":null}\n`,
    fields: `${fieldsHeader}"ID" : 1615000076950531289\n"TTL" : 3599\n"GrantedTTL" : 3600\n`,
    table: refused,
    protobuf: headerMessage,
    yaml: `${flatYaml}id: '1615000076950531289'\nttl: 3599\ngranted-ttl: 3600\nkeys: null\n`,
  },
  {
    name: '--keys',
    args: [withKeys, true],
    simple: 'lease 1669a2036add6cd9 granted with TTL(3600s), remaining(3599s), attached keys([lk1 lk2])\n',
    json: `{${flatJson},"id":1615000076950531289,"ttl":3599,"granted-ttl":3600,"keys":["bGsx","bGsy"]}\n`,
    fields: `${fieldsHeader}"ID" : 1615000076950531289
"TTL" : 3599
"GrantedTTL" : 3600
"Key" : "lk1"
"Key" : "lk2"
`,
    yaml: `${flatYaml}id: '1615000076950531289'\nttl: 3599\ngranted-ttl: 3600\nkeys:\n- lk1\n- lk2\n`,
  },
  {
    name: '--keys without keys',
    args: [alive, true],
    simple: 'lease 1669a2036add6cd9 granted with TTL(3600s), remaining(3599s), attached keys([])\n',
  },
  {
    name: 'gone',
    args: [LeaseTimeToLiveResponse.fromPartial({ header, ID: 0x1234n, TTL: -1n }), true],
    simple: 'lease 0000000000001234 already expired\n',
    json: `{${flatJson},"id":4660,"ttl":-1,"granted-ttl":0,"keys":null}\n`,
    fields: `${fieldsHeader}"ID" : 4660\n"TTL" : -1\n"GrantedTTL" : 0\n`,
  },
]);

describePrinting('leaseList', [
  {
    args: [LeaseLeasesResponse.fromPartial({ header, leases: [{ ID }, { ID: 4660n }] })],
    simple: 'found 2 leases\n1669a2036add6cd9\n0000000000001234\n',
    json: `{${flatJson},"leases":[{"id":1615000076950531289},{"id":4660}]}\n`,
    fields: `${fieldsHeader}"ID" : 1615000076950531289\n"ID" : 4660\n`,
    table: refused,
    protobuf: headerMessage,
    yaml: `${flatYaml}leases:\n- id: '1615000076950531289'\n- id: '4660'\n`,
  },
  {
    hex: true,
    args: [LeaseLeasesResponse.fromPartial({ header, leases: [{ ID: 4660n }] })],
    fields: `${hexFields}"ID" : 0000000000001234\n`,
  },
  {
    name: 'none',
    args: [LeaseLeasesResponse.fromPartial({ header })],
    simple: 'found 0 leases\n',
    json: `{${flatJson},"leases":[]}\n`,
    fields: fieldsHeader,
    yaml: `${flatYaml}leases: []\n`,
  },
]);

describePrinting('leaseKeepAlive', [
  {
    args: [LeaseKeepAliveResponse.fromPartial({ header, ID, TTL: 3600n })],
    simple: 'lease 1669a2036add6cd9 keepalived with TTL(3600)\n',
    json: `{${flatJson},"ID":1615000076950531289,"TTL":3600}\n`,
    fields: `${fieldsHeader}"ID" : 1615000076950531289\n"TTL" : 3600\n`,
    table: refused,
    protobuf: headerMessage,
    yaml: `${flatYaml}ID: '1615000076950531289'\nTTL: 3600\n`,
  },
]);
