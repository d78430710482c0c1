import { Event } from '../../../src/wire/gen/rpc/mvcc.ts';
import { bytes, describePrinting, refused } from './render.ts';
import { fieldsHeader, foo, header, jsonFoo, jsonHeader, update } from './samples.ts';

const put = Event.fromPartial({
  kv: { key: bytes('w1'), create_revision: 11n, mod_revision: 11n, version: 1n, value: bytes('a') },
});
const deletion = Event.fromPartial({ type: 1, kv: { key: bytes('w1'), mod_revision: 11n }, prev_kv: foo });

const watchHeaderJson = jsonHeader.replace('header', 'Header');
const putJson = '{"kv":{"key":"dzE=","create_revision":11,"mod_revision":11,"version":1,"value":"YQ=="}}';

describePrinting('watch', [
  {
    name: 'a put',
    args: [update({ events: [put] })],
    simple: 'PUT\nw1\na\n',
    json: `{${watchHeaderJson},"Events":[${putJson}],"CompactRevision":0,"Canceled":false,"Created":false,"CancelReason":""}\n`,
    fields: `${fieldsHeader}"Type" : PUT
"Key" : "w1"
"CreateRevision" : 11
"ModRevision" : 11
"Version" : 1
"Value" : "a"
"Lease" : 0
`,
    table: refused,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b20025a0f120d0a027731100b180b20012a0161',
    yaml: `Header:
  cluster_id: '3671415558596415897'
  member_id: '937887316624643689'
  revision: 11
  raft_term: 2
Events:
- type: PUT
  kv:
    key: w1
    create_revision: 11
    mod_revision: 11
    version: 1
    value: a
CompactRevision: 0
Canceled: false
Created: false
CancelReason: ''
`,
  },
  {
    name: 'a put and a deletion with --prev-kv',
    args: [update({ events: [put, deletion] })],
    simple: 'PUT\nw1\na\nDELETE\nfoo\nbar2\nw1\n\n',
    json: `{${watchHeaderJson},"Events":[${putJson},{"type":1,"kv":{"key":"dzE=","mod_revision":11},"prev_kv":${jsonFoo}}],"CompactRevision":0,"Canceled":false,"Created":false,"CancelReason":""}\n`,
  },
  { name: 'a put', hex: true, args: [update({ events: [put] })], simple: 'PUT\n\\x77\\x31\n\\x61\n' },
  {
    name: 'progress',
    args: [update({ isProgressNotify: true })],
    simple: '',
    json: `{${watchHeaderJson},"Events":null,"CompactRevision":0,"Canceled":false,"Created":false,"CancelReason":""}\n`,
    fields: fieldsHeader,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b2002',
  },
  {
    name: 'cancelled by compaction',
    args: [
      update({
        header: { ...header, revision: 0n },
        canceled: true,
        compactRevision: 5n,
        cancelReason: 'etcdserver: mvcc: required revision has been compacted',
      }),
    ],
    simple: '',
    json: '{"Header":{"cluster_id":3671415558596415897,"member_id":937887316624643689,"raft_term":2},"Events":null,"CompactRevision":5,"Canceled":true,"Created":false,"CancelReason":""}\n',
    fields: '"ClusterID" : 3671415558596415897\n"MemberID" : 937887316624643689\n"RaftTerm" : 2\n',
    protobuf: '0a160899a3ed87fa9fdff93210e9ac86d6b9f182820d200220012805',
  },
  {
    name: 'cancelled for another reason',
    args: [update({ canceled: true, cancelReason: 'mvcc: watcher range is empty' })],
    simple: '',
    json: '{"Header":{},"Events":null,"CompactRevision":0,"Canceled":true,"Created":false,"CancelReason":""}\n',
    fields: '"ClusterID" : 0\n"MemberID" : 0\n"RaftTerm" : 0\n',
    protobuf: '0a002001',
  },
]);
