import { describe, expect, it } from 'vitest';
import { normalise, ruleNames, type RuleName, type Surroundings } from '../../parity/harness/rules.ts';

const WORLD: Surroundings = {
  endpoints: ['127.0.0.1:40001', '127.0.0.1:40002'],
  knownIds: new Set(['17975581944271693515']),
  leases: [],
};

function apply(text: string, ...rules: RuleName[]): string {
  return normalise(text, rules, WORLD);
}

const EXAMPLES: Readonly<Record<RuleName, readonly (readonly [before: string, after: string])[]>> = {
  durations: [
    ['took = 3.116034ms', 'took = <duration>'],
    ['"took":"1.000573386s"', '"took":"<duration>"'],
    ['| 919.827Âµs |', '| <duration> |'],
    ['"Took" : 1m2.5s', '"Took" : <duration>'],
    ['--timeout 5 keys', '--timeout 5 keys'],
  ],
  'remaining ttl': [
    ['granted with TTL(600s), remaining(598s)', 'granted with TTL(600s), remaining(<left>)'],
    ['granted with TTL(600s), remaining(5s)', 'granted with TTL(600s), remaining(5s)'],
    ['"ttl":600,"granted-ttl":600', '"ttl":<left>,"granted-ttl":600'],
    ['"ttl":-1,"granted-ttl":0', '"ttl":-1,"granted-ttl":0'],
    ['"TTL" : 599\n"GrantedTTL" : 600', '"TTL" : <left>\n"GrantedTTL" : 600'],
  ],
  'database size': [
    ['3.5.30, 20 kB, false', '3.5.30, <size>, false'],
    ['2.1 GB, 34%,', '<size>, <percentage>,'],
    ['"dbSize":20480,"dbSizeInUse":16384', '"dbSize":<size>,"dbSizeInUse":<size>'],
    ['"DBSize" : 20480', '"DBSize" : <size>'],
  ],
  'raft index': [
    ['true, false, 2, 23, 24, ', 'true, false, 2, <index>, <index>, '],
    ['true, false, 2, 23, 24, , , false', 'true, false, 2, <index>, <index>, , , false'],
    ['true | false | 2 | 23 | 24 | ', 'true | false | 2 | <index> | <index> | '],
    [
      '"raftIndex":23,"raftTerm":2,"raftAppliedIndex":23',
      '"raftIndex":<index>,"raftTerm":2,"raftAppliedIndex":<index>',
    ],
    ['"RaftIndex" : 23', '"RaftIndex" : <index>'],
  ],
  'any order of lines': [['b\na\n', 'a\nb\n']],
  'any order of blocks': [['b\n1\n\na\n2\n\n', 'a\n2\n\nb\n1\n\n']],
  'any order of objects': [['[{"e":"b"},{"e":"a"}]', '[{"e":"a"},{"e":"b"}]']],
  measurements: [
    ['PASS: Throughput is 151 writes/s', '<verdict>: throughput is <measured> writes/s'],
    ['FAIL: Throughput too low: 15 writes/s', '<verdict>: throughput is <measured> writes/s'],
    ['PASS: Slowest request took 0.035414s', '<verdict>: Slowest <measured>s'],
    ['Slowest request took too long: 1.234000s', '<verdict>: Slowest <measured>s'],
    ['PASS: Stddev is 0.000612s', '<verdict>: Stddev <measured>s'],
    ['Stddev too high: 0.123000s', '<verdict>: Stddev <measured>s'],
    ['FAIL\n', '<verdict>\n'],
  ],
  'any order of attached keys': [
    ['attached keys([b a])', 'attached keys([a b])'],
    ['"keys":["Yg==","YQ=="]', '"keys":["YQ==","Yg=="]'],
    ['"Key" : "b"\n"Key" : "a"\n', '"Key" : "a"\n"Key" : "b"\n'],
  ],
  'go value': [['for type *x.Y (&{0xc0 1})', 'for type *x.Y (<go value>)']],
  hash: [
    ['"hash":1084519789,"compact_revision":-1', '"hash":<hash>,"compact_revision":<revision>'],
    ['127.0.0.1:40001, 1084519789', '<m1>, <hash>'],
    ['127.0.0.1:40001 | 1084519789 | 5', '<m1> | <hash> | 5'],
    ['"Hash" : 7', '"Hash" : <hash>'],
  ],
  spaces: [['memberID:1  alarm:NOSPACE', 'memberID:1 alarm:NOSPACE']],
  'auth revision': [
    ['"authRevision":7', '"authRevision":<revision>'],
    ['AuthRevision: 12\n', 'AuthRevision: <revision>\n'],
    ['\u0010\u0001\u0018\u0007', '\u0010\u0001<revision>'],
  ],
  'size received': [['max (10047 vs. 1000)', 'max (<size> vs. 1000)']],
  'cluster version': [
    ['success, cluster version 3.5.0', 'success, cluster version <version>'],
    ['"version":"3.7"}', '"version":"<version>"}'],
  ],
  'header revision': [['"revision":12,', '"revision":<revision>,']],
  'compacted revision': [['Compacting with revision 9\n', 'Compacting with revision <revision>\n']],
  version: [['etcdctl version: 3.5.30\nAPI version: 3.5', 'etcdctl version: <version>\nAPI version: <version>']],
  help: [
    [
      'Reads.\n\nUsage:\n  etcdctl get [options] <key> [flags]\n\nFlags:\n  -h, --help      help for get\n      --rev int   x (default 0)\n',
      'etcdctl get <key> [flags]\n--help\n--rev int (default 0)',
    ],
    [
      'Usage:\n  etcdctl [command]\n\nX\n  get         Gets\n  make-mirror makes\n',
      'etcdctl [command]\nget\nmake-mirror',
    ],
    [
      'The following options can be passed:\n\n  -w, --write-out string   prose (default "simple")\n',
      '\n--write-out string (default "simple")',
    ],
    ['', ''],
    ['Error: x\n', 'Error: x\n'],
  ],
  'completion script': [['# bash completion for etcdctl\nmore\n', 'bash completion']],
  'no descriptions': [['get\tGets the key\n:4\n', 'get\n:4\n']],
  resolver: [['lookup _x._tcp.d on 127.0.0.11:53: no such host', 'lookup _x._tcp.d: no such host']],
};

describe.each(ruleNames)('the rule %s', (name) => {
  it.each(EXAMPLES[name])('turns %j into %j', (before, after) => {
    expect(apply(before, name)).toBe(after);
  });
});

describe('always', () => {
  it('names addresses by member', () => {
    expect(apply('http://127.0.0.1:40002, :40001')).toBe('http://<m2>, :<port 1>');
  });

  it('names the URL of an added member', () => {
    expect(apply('http://10.0.0.4:20017')).toBe('<peer>');
  });

  it('leaves other text alone', () => {
    const text = 'key\n{"revision":12,"raft_term":2} 127.0.0.1:1\n';
    expect(apply(text)).toBe(text);
  });
});
