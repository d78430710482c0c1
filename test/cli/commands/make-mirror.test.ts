import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Init, RangeRequest } from '../../../src/wire/index.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, type Stubs } from '../../support/fake-client.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { broken, destination, header, mirror, pair, putEvent, source, text, type WatchItem } from './mirrors.ts';
import { bytes, firstOf } from './sessions.ts';

describe('the base copy', () => {
  it('reads pages at one revision, puts every pair, then follows from the next revision', async () => {
    const from = source({
      range: [
        { header, kvs: [pair('a', '1'), pair('b', '2')], more: true, count: 3n },
        { header: { revision: 50n }, kvs: [pair('c', '')], count: 1n },
      ],
    });
    const to = destination();
    expect(await mirror([], { from, to })).toMatchObject({ code: 1, out: '', err: 'Error: enough\n' });
    expect(from.requests('kv.range')).toEqual([
      { key: bytes('\0'), range_end: bytes('\0'), limit: 1000n },
      { key: bytes('b\0'), range_end: bytes('\0'), limit: 1000n, revision: 40n },
    ]);
    expect(to.requests('kv.put')).toStrictEqual(
      [pair('a', '1'), pair('b', '2'), pair('c', '')].map(({ key, value }) => ({ key, value })),
    );
    expect(from.requests('watch.watch')).toEqual([{ key: bytes('\0'), rangeEnd: bytes('\0'), startRevision: 41n }]);
  });

  it('keeps to the prefix', async () => {
    const from = source({ range: { header } });
    await mirror(['--prefix', 'p/'], { from, to: destination() });
    expect(from.requests('kv.range')).toMatchObject([{ key: bytes('p/'), range_end: bytes('p0') }]);
    expect(from.requests('watch.watch')).toMatchObject([{ key: bytes('p/'), rangeEnd: bytes('p0') }]);
  });

  it('has up to 64 puts under way', async () => {
    let running = 0;
    let most = 0;
    const to = fakeClient({
      kv: {
        put: async () => {
          most = Math.max(most, (running += 1));
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return {};
        },
      },
    });
    const kvs = Array.from({ length: 500 }, (_, n) => pair(`k${n}`, 'v'));
    await mirror([], { from: source({ range: { header, kvs, count: 500n } }), to });
    expect(most).toBe(64);
    expect(to.requests('kv.put')).toHaveLength(500);
  });

  it.each(['0', '1', '-7'])('is made with --rev=%s too', async (rev) => {
    const from = source({ range: { header, kvs: [pair('a', '1')], count: 1n } });
    const to = destination();
    await mirror([`--rev=${rev}`], { from, to });
    expect(to.requests('kv.put')).toEqual([pair('a', '1')]);
  });
});

const base = (key: string): NonNullable<Stubs['kv']> => ({ range: { header, kvs: [pair(key, 'v')], count: 1n } });

describe('names at the destination', () => {
  it.each<[string, readonly string[], string, string]>([
    ['no flags', [], 'p/k', 'p/k'],
    ['a prefix', ['--prefix=p/'], 'p/k', 'p/k'],
    ['another prefix', ['--prefix=p/', '--dest-prefix=q/'], 'p/p/k', 'q/p/k'],
    ['no prefix', ['--prefix=p/', '--no-dest-prefix'], 'p/k', 'k'],
    ['a prefix for everything', ['--dest-prefix=q/'], 'k', 'q/k'],
    ['everything as it is', ['--no-dest-prefix'], 'k', 'k'],
  ])('%s, for what is there and for what changes, with and without --rev', async (_name, words, key, renamed) => {
    const to = destination();
    const updates = [{ events: [putEvent(7n, key, 'v')] }, broken];
    await mirror(words, { from: source(base(key), updates), to });
    await mirror([...words, '--rev=7'], { from: source({}, updates), to });
    const change = { success: [{ request_put: { key: bytes(renamed), value: bytes('v') } }] };
    expect(to.requests('kv.put')).toEqual([pair(renamed, 'v')]);
    expect(to.requests('kv.txn')).toEqual([change, change]);
  });

  it('are bytes', async () => {
    const to = destination();
    const from = source({ range: { header, kvs: [{ key: new Uint8Array([0xff, 0x00, 0xfe]) }], count: 1n } });
    await mirror(['--prefix', '\udcff', '--dest-prefix', '\udc80'], { from, to });
    expect(to.requests('kv.put')).toHaveProperty('0.key', bytes('\x80\x00\xfe', 'latin1'));
  });

  it('have to be something', async () => {
    const from = source({ range: { header, kvs: [pair('p', 'v')], count: 1n } });
    expect(await mirror(['--prefix=p', '--no-dest-prefix'], { from, to: destination() })).toMatchObject({
      code: 1,
      err: 'Error: etcdserver: key is not provided\n  the key "p" of the source has no name left without its prefix\n  hint: give --dest-prefix\n',
    });
  });
});

describe('following', () => {
  it('begins at --rev, without the keys as they are', async () => {
    const from = source({});
    await mirror(['--rev=500'], { from, to: destination() });
    expect(from.requests('watch.watch')).toMatchObject([{ startRevision: 500n }]);
    expect(from.requests('kv.range')).toEqual([]);
  });

  it('repeats revisions one after the other, each in one transaction, split at --max-txn-ops', async () => {
    let running = 0;
    const sent: string[] = [];
    const to = fakeClient({
      kv: {
        txn: async ({ success = [] }) => {
          expect((running += 1)).toBe(1);
          sent.push(success.map((op) => text(op.request_put?.key)).join(''));
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return {};
        },
      },
    });
    const updates = [
      { events: [putEvent(7n, 'a'), putEvent(7n, 'b'), putEvent(7n, 'c'), putEvent(8n, 'd')] },
      { events: [putEvent(9n, 'e')] },
      broken,
    ];
    await mirror(['--rev=7', '--max-txn-ops=2'], { from: source({}, updates), to });
    expect(sent).toEqual(['ab', 'c', 'd', 'e']);
  });
});

/** A watch in which nothing happens. */
async function* steady(stop: AbortSignal): AsyncGenerator<Partial<WatchItem>> {
  yield { events: [] };
  await firstOf([stop]);
  yield broken;
}

describe('the running total', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it.each([true, false])(
    'is printed every 30 seconds (terminal: %s), how the mirror gets on only on a terminal',
    async (tty) => {
      const stop = new AbortController();
      const io = fakeIo({ tty });
      const kvs = [pair('a', '1'), pair('b', '2')];
      const from = source({ range: { header, kvs, count: 2n } }, steady(stop.signal));
      const to = destination();
      const running = runCli(['make-mirror', 'dest:1'], ({ endpoints }) => (endpoints[0] === 'dest:1' ? to : from), {
        io,
      });
      await vi.waitUntil(() => from.requests('watch.watch').length > 0);
      await vi.advanceTimersByTimeAsync(29_000);
      expect(io.out()).toBe('');
      await vi.advanceTimersByTimeAsync(31_000);
      expect(io.out()).toBe('2\n2\n');
      if (tty) expect(io.err()).toContain('mirroring: 2 changes copied, revision 40, up to date');
      stop.abort();
      await running;
      if (!tty) expect(io.err()).toBe('Error: enough\n');
      expect(io.err()).not.toContain('NaN');
    },
  );
});

describe('a page', () => {
  it('is asked for while the one before is copied', async () => {
    const order: string[] = [];
    const pages = [
      { header, kvs: [pair('a', '1')], more: true, count: 2n },
      { header, kvs: [pair('b', '2')], count: 1n },
    ];
    const from = source({
      range: (request: Init<RangeRequest>) => {
        order.push(`read ${text(request.key)}`);
        return pages.shift()!;
      },
    });
    const to = fakeClient({
      kv: {
        put: ({ key }) => {
          order.push(`put ${text(key)}`);
          return {};
        },
      },
    });
    await mirror([], { from, to });
    expect(order).toEqual(['read \0', 'read a\0', 'put a', 'put b']);
  });
});
