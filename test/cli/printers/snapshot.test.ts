import { describe, expect, it } from 'vitest';
import type { LiveKey } from '../../../src/snapshot/index.ts';
import { describePrinting, refused, renderText } from './render.ts';

const status = {
  hash: 0xc30cfbeb,
  revision: 7n,
  liveKeys: 16,
  entries: 40,
  totalSize: 3_239_936,
  version: '3.7.0',
};

describePrinting('snapshotStatus', [
  {
    args: [status],
    simple: 'c30cfbeb, 7, 16, 3.2 MB, 3.7.0\n',
    json: '{"hash":3272408043,"revision":7,"totalKey":16,"totalSize":3239936,"version":"3.7.0"}\n',
    fields: '"Hash" : 3272408043\n"Revision" : 7\n"Keys" : 16\n"Size" : 3239936\n"Version" : 3.7.0\n',
    table: `┌──────────┬──────────┬────────────┬────────────┬─────────┐
│   HASH   │ REVISION │ TOTAL KEYS │ TOTAL SIZE │ VERSION │
├──────────┼──────────┼────────────┼────────────┼─────────┤
│ c30cfbeb │        7 │         16 │     3.2 MB │   3.7.0 │
└──────────┴──────────┴────────────┴────────────┴─────────┘
`,
    protobuf: refused,
    yaml: 'hash: 3272408043\nrevision: 7\ntotalKey: 16\ntotalSize: 3239936\nversion: 3.7.0\n',
  },
  {
    name: 'of a release before 3.6',
    args: [{ ...status, hash: 10, version: '' }],
    simple: 'a, 7, 16, 3.2 MB, \n',
    json: '{"hash":10,"revision":7,"totalKey":16,"totalSize":3239936,"version":""}\n',
    fields: '"Hash" : 10\n"Revision" : 7\n"Keys" : 16\n"Size" : 3239936\n"Version" : \n',
  },
]);

describePrinting('offlineHashKv', [
  {
    args: [{ hash: 1_084_519_789, hashRevision: 1n, compactRevision: -1n }],
    simple: '1084519789, 1, -1\n',
    json: '{"hash":1084519789,"hashRevision":1,"compactRevision":-1}\n',
    fields: '"Hash" : 1084519789\n"Hash revision" : 1\n"Compact revision" : -1\n',
    table: `┌────────────┬───────────────┬──────────────────┐
│    HASH    │ HASH REVISION │ COMPACT REVISION │
├────────────┼───────────────┼──────────────────┤
│ 1084519789 │             1 │               -1 │
└────────────┴───────────────┴──────────────────┘
`,
    protobuf: refused,
    yaml: 'hash: 1084519789\nhashRevision: 1\ncompactRevision: -1\n',
  },
]);

const sound = {
  isSound: true,
  digest: 'matches',
  pages: 6,
  records: 35,
  leases: 1,
  problemCount: 0,
  problems: [],
} as const;

describePrinting('snapshotVerify', [
  {
    args: [sound],
    simple: 'sound: digest matches, 6 pages, 35 records, 1 lease, 0 problems\n',
    json: '{"sound":true,"digest":"matches","pages":6,"records":35,"leases":1,"problemCount":0,"problems":[]}\n',
    fields: '"Sound" : true\n"Digest" : matches\n"Pages" : 6\n"Records" : 35\n"Leases" : 1\n"Problems" : 0\n',
    table: `┌───────┬─────────┬───────┬─────────┬────────┬──────────┐
│ SOUND │ DIGEST  │ PAGES │ RECORDS │ LEASES │ PROBLEMS │
├───────┼─────────┼───────┼─────────┼────────┼──────────┤
│  true │ matches │     6 │      35 │      1 │        0 │
└───────┴─────────┴───────┴─────────┴────────┴──────────┘
`,
    protobuf: refused,
    yaml: 'sound: true\ndigest: matches\npages: 6\nrecords: 35\nleases: 1\nproblemCount: 0\nproblems: []\n',
  },
  {
    name: 'of a broken one',
    args: [{ ...sound, isSound: false, digest: 'differs', problemCount: 1002, problems: ['page 4: "x"', 'page 5'] }],
    simple: `damaged: digest differs, 6 pages, 35 records, 1 lease, 1002 problems
page 4: "x"
page 5
and 1000 more
`,
    json: `{"sound":false,"digest":"differs","pages":6,"records":35,"leases":1,"problemCount":1002,"problems":["page 4: \\"x\\"","page 5"]}
`,
    fields: `"Sound" : false
"Digest" : differs
"Pages" : 6
"Records" : 35
"Leases" : 1
"Problems" : 1002
"Problem" : "page 4: \\"x\\""
"Problem" : "page 5"
`,
    table: `┌───────┬─────────┬───────┬─────────┬────────┬──────────┐
│ SOUND │ DIGEST  │ PAGES │ RECORDS │ LEASES │ PROBLEMS │
├───────┼─────────┼───────┼─────────┼────────┼──────────┤
│ false │ differs │     6 │      35 │      1 │     1002 │
└───────┴─────────┴───────┴─────────┴────────┴──────────┘
┌─────────────┐
│   PROBLEM   │
├─────────────┤
│ page 4: "x" │
│      page 5 │
└─────────────┘
`,
  },
  {
    name: 'without a digest',
    args: [{ ...sound, digest: 'absent', records: 1, problemCount: 0 }],
    simple: 'sound: no digest, 6 pages, 1 record, 1 lease, 0 problems\n',
  },
]);

function liveKey(key: string | Uint8Array, modRevision: bigint, value: string): LiveKey {
  const bytes = Buffer.from(key);
  const read = () => ({
    key: bytes,
    createRevision: 2n,
    modRevision,
    version: 1n,
    lease: 0n,
    value: Buffer.from(value),
  });
  return { key: bytes, modRevision, valueSize: value.length, read, peek: read };
}

const added = { before: undefined, after: liveKey('a', 9n, 'new') };
const removed = { before: liveKey('b', 3n, 'old'), after: undefined };
const changed = { before: liveKey('c\n', 4n, 'x'.repeat(1500)), after: liveKey('c\n', 5n, 'y') };

describePrinting('snapshotDiff', [
  {
    args: [[added, removed, changed]],
    simple: '+ a\n- b\n~ c\n\n',
    json: `{"change":"added","key":"YQ==","after":{"key":"YQ==","create_revision":2,"mod_revision":9,"version":1,"value":"bmV3"}}
{"change":"removed","key":"Yg==","before":{"key":"Yg==","create_revision":2,"mod_revision":3,"version":1,"value":"b2xk"}}
{"change":"changed","key":"Ywo=","before":{"key":"Ywo=","create_revision":2,"mod_revision":4,"version":1,"value":"${Buffer.from('x'.repeat(1500)).toString('base64')}"},"after":{"key":"Ywo=","create_revision":2,"mod_revision":5,"version":1,"value":"eQ=="}}
`,
    table: `┌─────────┬───────┬──────────────┬──────────┬──────────────┬──────────┐
│ CHANGE  │  KEY  │ OLD REVISION │ OLD SIZE │ NEW REVISION │ NEW SIZE │
├─────────┼───────┼──────────────┼──────────┼──────────────┼──────────┤
│   added │     a │              │          │            9 │      3 B │
│ removed │     b │            3 │      3 B │              │          │
│ changed │ "c\\n" │            4 │   1.5 kB │            5 │      1 B │
└─────────┴───────┴──────────────┴──────────┴──────────────┴──────────┘
`,
    protobuf: refused,
  },
  {
    name: 'of one key',
    args: [[removed]],
    fields: `"Change" : removed
"PrevKey" : "b"
"PrevCreateRevision" : 2
"PrevModRevision" : 3
"PrevVersion" : 1
"PrevValue" : "old"
"PrevLease" : 0

`,
    yaml: `change: removed
key: b
before:
  key: b
  create_revision: 2
  mod_revision: 3
  version: 1
  value: old
`,
  },
  { name: 'of nothing', args: [[]], simple: '', json: '', fields: '', yaml: '' },
  { name: 'of bytes', args: [[added]], hex: true, simple: '+ \\x61\n' },
]);

const pods = { name: Buffer.from('/pods/'), isPrefix: true, keys: 12, bytes: 34_567, modRevision: 99n };
const single = { name: Buffer.from([0x2f, 0xff]), isPrefix: false, keys: 1, bytes: 5, modRevision: 7n };
const total = { ...pods, name: Buffer.alloc(0) };

const groupJson = `{"name":"L3BvZHMv","prefix":true,"keys":12,"size":34567,"modRevision":99}
{"name":"L/8=","prefix":false,"keys":1,"size":5,"modRevision":7}
`;
const groupFields = `"Name" : "/pods/"
"Prefix" : true
"Keys" : 12
"Size" : 34567
"ModRevision" : 99

"Name" : "/\\xff"
"Prefix" : false
"Keys" : 1
"Size" : 5
"ModRevision" : 7

`;
const groupTable = `┌─────────┬──────┬───────┬──────────────┐
│  NAME   │ KEYS │ SIZE  │ MOD REVISION │
├─────────┼──────┼───────┼──────────────┤
│  /pods/ │   12 │ 35 kB │           99 │
│ "/\\xff" │    1 │   5 B │            7 │
└─────────┴──────┴───────┴──────────────┘
`;

describePrinting('snapshotList', [
  {
    args: [[pods, single]],
    json: groupJson,
    fields: groupFields,
    table: groupTable,
    protobuf: refused,
    yaml: `name: /pods/
prefix: true
keys: 12
size: 34567
modRevision: 99
---
name: !!binary L/8=
prefix: false
keys: 1
size: 5
modRevision: 7
`,
  },
  { args: [[pods, single]], hex: true, simple: '\\x2f\\x70\\x6f\\x64\\x73\\x2f\n\\x2f\\xff\n' },
]);

describePrinting('snapshotUsage', [
  { args: [[pods, single]], json: groupJson, fields: groupFields, table: groupTable, protobuf: refused },
  { name: 'of all', args: [[pods, total]], simple: '35 kB, 12, /pods/\n35 kB, 12, total\n' },
  { args: [[total]], hex: true, simple: '35 kB, 12, total\n' },
]);

describe('names in simple', () => {
  it('are printed byte for byte', async () => {
    const text = await renderText('simple', (printer) => {
      printer.snapshotList([pods]);
      printer.snapshotList([single]);
    });
    expect(text).toBe('/pods/\n/�\n');
  });
});
