import { describe, expect, it } from 'vitest';
import { type LoadResult, Latencies } from '../../../../../src/cli/commands/check/latencies.ts';
import { judge } from '../../../../../src/cli/commands/check/verdict.ts';

function load(puts: number, ms: number, extra: readonly number[] = [], errors: readonly string[] = []): LoadResult {
  const latencies = new Latencies();
  for (let put = 0; put < puts; put += 1) latencies.took(ms);
  for (const each of extra) latencies.took(each);
  for (const message of errors) latencies.failed(message);
  return latencies.result(60_000);
}

const throughput = 'PASS: Throughput is 150 writes/s';

describe('judge', () => {
  it.each<[string, LoadResult, boolean, readonly string[]]>([
    [
      'all is well',
      load(8999, 10),
      true,
      [throughput, 'PASS: Slowest request took 0.010000s', 'PASS: Stddev is 0.000000s'],
    ],
    [
      'the rate is not above nine tenths',
      load(8100, 10),
      false,
      ['FAIL: Throughput too low: 136 writes/s', 'PASS: Slowest request took 0.010000s', 'PASS: Stddev is 0.000000s'],
    ],
    [
      'the rate is just above nine tenths',
      load(8101, 10),
      true,
      ['PASS: Throughput is 136 writes/s', 'PASS: Slowest request took 0.010000s', 'PASS: Stddev is 0.000000s'],
    ],
    [
      'one request takes half a second',
      load(8998, 10, [500]),
      true,
      [throughput, 'PASS: Slowest request took 0.500000s', 'PASS: Stddev is 0.005165s'],
    ],
    [
      'one request takes longer',
      load(8998, 10, [500.001]),
      false,
      [throughput, 'Slowest request took too long: 0.500001s', 'PASS: Stddev is 0.005165s'],
    ],
    [
      'the times differ',
      load(
        4500,
        10,
        Array.from({ length: 4499 }, () => 230),
      ),
      false,
      [throughput, 'PASS: Slowest request took 0.230000s', 'Stddev too high: 0.110000s'],
    ],
    [
      'requests fail',
      load(8999, 10, [], ['etcdserver: too many requests', 'x', 'etcdserver: too many requests']),
      false,
      [
        'FAIL: too many errors',
        'FAIL: ERROR(etcdserver: too many requests) -> 2',
        'FAIL: ERROR(x) -> 1',
        throughput,
        'PASS: Slowest request took 0.010000s',
        'PASS: Stddev is 0.000000s',
      ],
    ],
    [
      'every request fails',
      load(0, 0, [], ['x']),
      false,
      [
        'FAIL: too many errors',
        'FAIL: ERROR(x) -> 1',
        'FAIL: Throughput too low: 1 writes/s',
        'PASS: Slowest request took 0.000000s',
        'PASS: Stddev is 0.000000s',
      ],
    ],
  ])('says that %s', (_name, result, isGood, lines) => {
    expect(judge(result, 150)).toEqual({ isGood, lines });
  });
});
