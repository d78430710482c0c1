import type { Case } from '../harness/case.ts';
import { inEveryFormat } from '../harness/formats.ts';

const SEED = 'etcdctl put k1 v1; etcdctl put k2 v2';
const ALL = 'etcdctl get --prefix ""';

/** The three blocks of a transaction, one line each entry. */
function blocks(compares: string[], success: string[], failure: string[] = []): string {
  return [...compares, '', ...success, '', ...failure, '', ''].join('\n');
}

function txn(compares: string[], success: string[] = ['put k3 v3'], failure: string[] = ['get k1']): string {
  return blocks(compares, success, failure);
}

const COMPARES = [
  'version("k1") = "1"',
  'ver("k1") > "0"',
  'create("k1") < "100000000"',
  'c("none") = "0"',
  'mod("k1") != "0"',
  'm("k1") > "1000000000"',
  'value("k1") = "v1"',
  'val("k1") != "v1"',
  'value("k1") > "a"',
  String.raw`value("\x6b1") = "v\x31"`,
  'value(`k1`) = `v1`',
];

/** Each is refused: exit code 3 and a message, or in Go's tool a panic. */
const BAD_COMPARES = [
  'mod "k1"',
  'mod(k1) = "1"',
  'mod("k1")="1"',
  'mod("k1" ) > "0"',
  'mod("k1") = 1',
  'mod("k1") = "abc"',
  'foo("k1") = "1"',
  'VERSION("k1") = "1"',
  'version("k1"',
];

const BAD_REQUESTS = [
  'compact 1',
  'get',
  'put k v --bogus',
  'put k v --endpoints=x',
  'gett k',
  'watch k',
  'put "a\\q" v',
];

export const txnCases: readonly Case[] = [
  ...inEveryFormat(
    16,
    {
      name: 'txn that succeeds',
      line: 'etcdctl txn',
      stdin: txn(['value("k1") = "v1"'], ['put k1 "over written"', 'get k1', 'del k2', 'del none']),
      setup: SEED,
      after: ALL,
    },
    { json: { versions: ['snake case in txn'] } },
  ),
  ...inEveryFormat(
    16,
    {
      name: 'txn that fails',
      line: 'etcdctl txn',
      stdin: txn(['value("k1") = "other"'], ['put k1 x'], ['get --prefix k', 'put k2 y --prev-kv']),
      setup: SEED,
      after: ALL,
    },
    { json: { versions: ['snake case in txn'] } },
  ),
  ...inEveryFormat(16, { name: 'empty txn', line: 'etcdctl txn', stdin: '\n\n\n' }),
  { line: 'etcdctl txn x', covers: ['B-027', 'row 27'] },
  { line: 'etcdctl txn', covers: ['B-027', 'row 28'], name: 'txn of empty stdin' },
  { line: 'etcdctl txn', closedStdin: true, since: '3.5', covers: ['B-027'], name: 'txn of closed stdin' },
  { line: 'etcdctl txn', stdin: '\n\n', covers: ['B-027'], name: 'txn without its last empty line' },
  { line: 'etcdctl txn', stdin: '\nput a b\n\nput c d', covers: ['B-027'], name: 'txn cut in a line', after: ALL },
  ...COMPARES.map(
    (compare): Case => ({
      name: `txn comparing ${compare}`,
      line: 'etcdctl txn',
      stdin: txn([compare]),
      setup: SEED,
      covers: ['B-027'],
      after: ALL,
    }),
  ),
  ...BAD_COMPARES.map(
    (compare): Case => ({
      name: `txn comparing badly ${compare}`,
      line: 'etcdctl txn',
      stdin: txn([compare]),
      covers: ['B-027'],
      after: ALL,
    }),
  ),
  {
    name: 'txn with an unknown operator',
    line: 'etcdctl txn',
    stdin: txn(['version("k1") >= "1"']),
    covers: ['B-027', 'row 29'],
    after: ALL,
  },
  {
    name: 'txn comparing a lease',
    line: 'etcdctl txn',
    stdin: txn(['lease("k1") = "0"']),
    setup: SEED,
    covers: ['B-027'],
    after: ALL,
  },
  ...BAD_REQUESTS.map(
    (request): Case => ({
      name: `txn with the request ${request}`,
      line: 'etcdctl txn',
      stdin: blocks([], [request]),
      covers: request === 'compact 1' ? ['B-027', 'row 30'] : ['B-027'],
      after: ALL,
    }),
  ),
  {
    name: 'txn with quoted words',
    line: 'etcdctl txn',
    stdin: blocks(
      [],
      [String.raw`put "a\nb\x41" 'sin gle'`, `put c ''`, `put "d" unterminated"`, '  get  --prefix  ""  '],
    ),
    covers: ['B-027'],
    after: 'etcdctl get --prefix "" -w json',
    since: '3.5',
  },
  {
    name: 'txn with short names of requests',
    line: 'etcdctl txn',
    stdin: blocks([], ['p a b', 'g k1 --print-value-only', 'd k2 --prev-kv']),
    setup: SEED,
    covers: ['B-027'],
  },
  {
    name: 'txn that puts a key twice',
    line: 'etcdctl txn',
    stdin: blocks([], ['put a 1', 'put a 2']),
    covers: ['B-027', 'row 31'],
    after: ALL,
  },
  {
    name: 'txn of too many operations',
    line: 'etcdctl txn',
    stdin: blocks(
      [],
      Array.from({ length: 129 }, (_, index) => `put k${index} v`),
    ),
    covers: ['B-027'],
    after: ALL,
  },
  {
    name: 'txn whose put lacks a value',
    line: 'etcdctl txn',
    stdin: blocks([], ['put k']),
    covers: ['B-027'],
    after: ALL,
  },
  { line: 'etcdctl txn --hex', stdin: blocks([], ['get k1']), setup: SEED, covers: ['B-027', 'A-004'] },
  { line: 'etcdctl txn -i', stdin: txn(['version("k1") = "1"']), setup: SEED, covers: ['B-028'], after: ALL },
  { line: 'etcdctl txn --interactive', covers: ['B-028'], name: 'txn --interactive of empty stdin' },
  {
    name: 'txn -i on a terminal',
    line: 'exec etcdctl txn -i',
    setup: SEED,
    terminal: true,
    steps: [
      { waitFor: 'compares:' },
      { send: 'value("k1") = "v1"\n\n' },
      { waitFor: 'success requests (get, put, del):' },
      { send: 'get k2\n\n' },
      { waitFor: 'failure requests (get, put, del):' },
      { send: '\n' },
      { waitFor: 'v2' },
    ],
    covers: ['B-028'],
  },
];
