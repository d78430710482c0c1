import { describePrinting, refused } from './render.ts';

const status = { hash: 0xc30cfbeb, revision: 7n, liveKeys: 16, entries: 20, totalSize: 3_239_936, version: '' };

describePrinting('snapshotStatus', [
  {
    name: 'of a member before 3.6, which stored no version',
    args: [status],
    simple: 'c30cfbeb, 7, 16, 3.2 MB, \n',
    json: '{"hash":3272408043,"revision":7,"totalKey":16,"totalSize":3239936,"version":""}\n',
    fields: '"Hash" : 3272408043\n"Revision" : 7\n"Keys" : 16\n"Size" : 3239936\n"Version" : \n',
    table: `┌──────────┬──────────┬────────────┬────────────┬─────────┐
│   HASH   │ REVISION │ TOTAL KEYS │ TOTAL SIZE │ VERSION │
├──────────┼──────────┼────────────┼────────────┼─────────┤
│ c30cfbeb │        7 │         16 │     3.2 MB │         │
└──────────┴──────────┴────────────┴────────────┴─────────┘
`,
    protobuf: refused,
    yaml: "hash: 3272408043\nrevision: 7\ntotalKey: 16\ntotalSize: 3239936\nversion: ''\n",
  },
  {
    name: 'with a storage version',
    args: [{ ...status, version: '3.7.0' }],
    simple: 'c30cfbeb, 7, 16, 3.2 MB, 3.7.0\n',
    fields: '"Hash" : 3272408043\n"Revision" : 7\n"Keys" : 16\n"Size" : 3239936\n"Version" : 3.7.0\n',
  },
]);

describePrinting('offlineHashKv', [
  {
    name: 'of a file that was never compacted',
    args: [{ hash: 2587454935, hashRevision: 2n, compactRevision: -1n }],
    simple: '2587454935, 2, -1\n',
    json: '{"hash":2587454935,"hashRevision":2,"compactRevision":-1}\n',
    fields: '"Hash" : 2587454935\n"Hash revision" : 2\n"Compact revision" : -1\n',
    table: `┌────────────┬───────────────┬──────────────────┐
│    HASH    │ HASH REVISION │ COMPACT REVISION │
├────────────┼───────────────┼──────────────────┤
│ 2587454935 │             2 │               -1 │
└────────────┴───────────────┴──────────────────┘
`,
    protobuf: refused,
    yaml: 'hash: 2587454935\nhashRevision: 2\ncompactRevision: -1\n',
  },
]);
