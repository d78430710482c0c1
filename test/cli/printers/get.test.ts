import { RangeResponse } from '../../../src/wire/gen/rpc/kv.ts';
import { bytes, describePrinting, refused } from './render.ts';
import { fieldsFoo, fieldsHeader, foo, header, jsonFoo, jsonHeader, yamlHeader } from './samples.ts';

const range = (partial: Parameters<typeof RangeResponse.fromPartial>[0]): RangeResponse =>
  RangeResponse.fromPartial({ header, ...partial });

describePrinting('get', [
  {
    name: 'one key',
    args: [range({ kvs: [foo], count: 1n })],
    simple: 'foo\nbar2\n',
    json: `{${jsonHeader},"kvs":[${jsonFoo}],"count":1}\n`,
    fields: `${fieldsHeader}${fieldsFoo()}"More" : false\n"Count" : 1\n`,
    table: refused,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b200212110a03666f6f1002180b200a2a04626172322001',
    yaml: `${yamlHeader}kvs:
- key: foo
  create_revision: 2
  mod_revision: 11
  version: 10
  value: bar2
count: 1
`,
  },
  {
    name: 'one key',
    hex: true,
    args: [range({ kvs: [{ ...foo, lease: 0x1669a2036add6cc5n }] })],
    simple: '\\x66\\x6f\\x6f\n\\x62\\x61\\x72\\x32\n',
    json: `{${jsonHeader},"kvs":[${jsonFoo.replace('}', ',"lease":1615000076950531269}')}]}\n`,
    fields: `"ClusterID" : 32f37cffa0fb5199
"MemberID" : d040b8b9ac19669
"Revision" : 11
"RaftTerm" : 2
${fieldsFoo().replace('"Lease" : 0', '"Lease" : 1669a2036add6cc5')}"More" : false
"Count" : 0
`,
    yaml: `header:
  cluster_id: 32f37cffa0fb5199
  member_id: d040b8b9ac19669
  revision: 11
  raft_term: 2
kvs:
- key: foo
  create_revision: 2
  mod_revision: 11
  version: 10
  value: bar2
  lease: 1669a2036add6cc5
`,
  },
  {
    name: 'nothing found',
    args: [range({})],
    simple: '',
    json: `{${jsonHeader}}\n`,
    fields: `${fieldsHeader}"More" : false\n"Count" : 0\n`,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b2002',
    yaml: yamlHeader,
  },
  {
    name: 'more than was asked for',
    args: [range({ more: true, count: 4n })],
    json: `{${jsonHeader},"more":true,"count":4}\n`,
    fields: `${fieldsHeader}"More" : true\n"Count" : 4\n`,
    yaml: `${yamlHeader}more: true\ncount: 4\n`,
  },
  {
    name: 'keys only',
    args: [range({ kvs: [{ key: bytes('a') }, { key: bytes('b') }], count: 2n })],
    simple: 'a\n\nb\n\n',
    json: `{${jsonHeader},"kvs":[{"key":"YQ=="},{"key":"Yg=="}],"count":2}\n`,
  },
  { name: 'values only', args: [range({ kvs: [foo, foo] }), { valueOnly: true }], simple: 'bar2\nbar2\n' },
  {
    name: 'values only',
    hex: true,
    args: [range({ kvs: [foo] }), { valueOnly: true }],
    simple: '\\x62\\x61\\x72\\x32\n',
  },
  { name: 'values of keys only', args: [range({ kvs: [{ key: bytes('a') }] }), { valueOnly: true }], simple: '\n' },
  {
    name: 'text beyond ASCII',
    args: [range({ kvs: [{ key: bytes('é√😀"\n'), value: Uint8Array.of(1, 0xff) }] })],
    json: `{${jsonHeader},"kvs":[{"key":"w6niiJrwn5iAIgo=","value":"Af8="}]}\n`,
    fields: `${fieldsHeader}"Key" : "é√😀\\"\\n"
"CreateRevision" : 0
"ModRevision" : 0
"Version" : 0
"Value" : "\\x01\\xff"
"Lease" : 0
"More" : false
"Count" : 0
`,
    yaml: `${yamlHeader}kvs:\n- key: |\n    é√😀"\n  value: !!binary Af8=\n`,
  },
  {
    name: 'the leader as an election tells it, without a count',
    args: [range({ header: { ...header, revision: 200n }, kvs: [{ ...foo, lease: 1615000076950531553n }] })],
    json: `{"header":{"cluster_id":3671415558596415897,"member_id":937887316624643689,"revision":200,"raft_term":2},"kvs":[${jsonFoo.replace('}', ',"lease":1615000076950531553}')}]}\n`,
  },
  {
    name: 'numbers beyond 2^53',
    args: [range({ kvs: [{ key: bytes('k'), mod_revision: 9223372036854775807n, lease: -1n }] })],
    json: `{${jsonHeader},"kvs":[{"key":"aw==","mod_revision":9223372036854775807,"lease":-1}]}\n`,
    yaml: `${yamlHeader}kvs:\n- key: k\n  mod_revision: 9223372036854775807\n  lease: '-1'\n`,
  },
]);
