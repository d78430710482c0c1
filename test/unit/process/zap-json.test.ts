import { describe, expect, it } from 'vitest';
import { logOf } from '../../../src/base/index.ts';
import { zapLogger } from '../../../src/process/index.ts';

const lines = (level: string, format: 'json' | 'console'): { log: ReturnType<typeof zapLogger>; out: string[] } => {
  const out: string[] = [];
  const wallMs = (): number => Date.UTC(2024, 0, 2, 3, 4, 5, 6) + 0.25;
  return { log: zapLogger({ level, format, write: (line) => out.push(line), wallMs }), out };
};

describe('the log', () => {
  it("has zap's shape", () => {
    const { log, out } = lines('info', 'json');
    logOf(
      'member',
      log,
    )({ level: 'warn', message: 'a "b"', fields: { id: 'x', count: 3, big: 2n ** 63n, list: ['p', 'q'], ok: true } });
    expect(out).toEqual([
      '{"level":"warn","ts":"2024-01-02T03:04:05.006250Z","caller":"member","msg":"a \\"b\\"","id":"x","count":3,"big":9223372036854775808,"list":["p","q"],"ok":true}\n',
    ]);
  });

  it('has a form for people', () => {
    const { log, out } = lines('debug', 'console');
    log({ level: 'debug', message: 'm', fields: {} });
    log({ level: 'info', message: 'n', fields: { a: 'b' } });
    expect(out).toEqual([
      '2024-01-02T03:04:05.006250Z\tdebug\tprocess\tm\n',
      '2024-01-02T03:04:05.006250Z\tinfo\tprocess\tn\t{"a": "b"}\n',
    ]);
  });

  it.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['fatal', 0],
  ])('leaves out what is below %s', (level, count) => {
    const { log, out } = lines(level, 'json');
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log({ level: each, message: 'm', fields: {} });
    expect(out).toHaveLength(count);
  });
});
