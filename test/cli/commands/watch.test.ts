import { describe, expect, it } from 'vitest';
import type { WatchUpdate } from '../../../src/client/index.ts';
import { utf8 } from '../../support/bytes.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, stream } from '../../support/fake-client.ts';
import { fakeIo } from '../../support/fake-io.ts';

const canceled: Partial<WatchUpdate> = {
  canceled: true,
  compactRevision: 5n,
  cancelReason: 'etcdserver: mvcc: required revision has been compacted',
};
const cancelLines =
  'watch was canceled (etcdserver: mvcc: required revision has been compacted)\nError: watch is canceled by the server\n';

const put = { type: 0 as const, kv: { key: utf8('w1'), value: utf8('z y'), mod_revision: 7n } };
const del = { type: 1 as const, kv: { key: utf8('w1'), value: utf8('') } };
const watching = (...updates: object[]) => fakeClient({ watch: { watch: stream(updates as never) } });

describe('watch: command line to request', () => {
  it.each([
    [['k'], {}, { key: utf8('k'), startRevision: 0n, prevKv: false, progressNotify: false }],
    [['k', 'm'], {}, { rangeEnd: utf8('m') }],
    [['a', 'b', 'c'], {}, { key: utf8('a') }],
    [['k', '--prefix'], {}, { rangeEnd: utf8('l') }],
    [['', '--prefix'], {}, { key: utf8('\0'), rangeEnd: utf8('\0') }],
    [
      ['k', '--rev=-3', '--prev-kv', '--progress-notify'],
      {},
      { startRevision: -3n, prevKv: true, progressNotify: true },
    ],
    [['--rev', '4'], { ETCDCTL_WATCH_KEY: 'e' }, { key: utf8('e'), startRevision: 4n }],
    [[], { ETCDCTL_WATCH_KEY: 'e', ETCDCTL_WATCH_RANGE_END: 'f' }, { key: utf8('e'), rangeEnd: utf8('f') }],
    [['--', 'true'], { ETCDCTL_WATCH_KEY: 'e' }, { key: utf8('e') }],
    [['k', '--', 'echo', 'k'], {}, { key: utf8('k') }],
  ])('%j with %j', async (argv, env, spec) => {
    const client = watching(canceled);
    const run = await runCli(['watch', ...argv], client, { env: env });
    expect(run).toMatchObject({ code: 5, err: cancelLines });
    expect(client.requests('watch.watch')).toMatchObject([spec]);
  });

  it.each([
    [[], {}, 'bad number of arguments'],
    [['k', '--'], {}, 'bad number of arguments (found separator --, but no commands)'],
    [['k'], { ETCDCTL_WATCH_KEY: 'e' }, 'bad number of arguments (found conflicting environment key)'],
    [['k', '--', 'true'], { ETCDCTL_WATCH_KEY: 'e' }, 'bad number of arguments (found conflicting environment key)'],
    [['k', 'm', '--prefix'], {}, '`range_end` and `--prefix` are mutually exclusive'],
    [['k'], { ETCDCTL_WATCH_RANGE_END: 'w9' }, 'ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END="w9"'],
  ])('refuses %j with %j', async (argv, env, message) => {
    const run = await runCli(['watch', ...argv], undefined, { env: env });
    expect(run).toMatchObject({ code: 128, out: '', err: `Error: ${message}\n` });
  });
});

describe('watch: events', () => {
  it('prints events and progress notices in order', async () => {
    const notice = { isProgressNotify: true, header: { revision: 119n } };
    const { out } = await runCli(['watch', 'w1'], watching({ events: [put, del] }, notice, canceled));
    expect(out).toBe('PUT\nw1\nz y\nDELETE\nw1\n\nprogress notify: 119\n');
  });

  it('runs the command for each event with the event in its environment', async () => {
    const children: unknown[] = [];
    const { out, code } = await runCli(
      ['watch', 'w1', '--', 'cmd', '-x'],
      watching({ header: { revision: 7n }, events: [put, del] }, canceled),
      {
        runChild: async (command, { env }) => {
          children.push({ command, env });
          return { code: 0 };
        },
      },
    );
    expect({ out, code }).toEqual({ out: 'PUT\nw1\nz y\nDELETE\nw1\n\n', code: 5 });
    const event = { ETCD_WATCH_REVISION: '7', ETCD_WATCH_KEY: '"w1"' };
    expect(children).toEqual([
      { command: ['cmd', '-x'], env: { ...event, ETCD_WATCH_EVENT_TYPE: '"PUT"', ETCD_WATCH_VALUE: '"z y"' } },
      { command: ['cmd', '-x'], env: { ...event, ETCD_WATCH_EVENT_TYPE: '"DELETE"', ETCD_WATCH_VALUE: '""' } },
    ]);
  });

  it.each([
    [{ code: 3 }, 'exit status 3'],
    [{ code: -1, signal: 'killed' }, 'signal: killed'],
    [{ code: -1, startError: 'fork/exec /x: no such file or directory' }, 'fork/exec /x: no such file or directory'],
  ])('ends when the command ends as %j', async (exit, reason) => {
    const client = watching({ events: [put] }, { events: [put] });
    const run = await runCli(['watch', 'w1', '--', 'sh', '-c', 'exit 3'], client, { runChild: async () => exit });
    expect(run).toMatchObject({
      code: 1,
      out: 'PUT\nw1\nz y\n',
      err: `command ["sh" "-c" "exit 3"] error (${reason})\n`,
    });
  });
});

describe('watch -i', () => {
  const session = (stdin: string, client = fakeClient()) => runCli(['watch', '-i'], client, { stdin });

  it('ends with the input, also when the last line has no line feed', async () => {
    for (const stdin of ['', 'progress']) {
      expect(await session(stdin)).toMatchObject({ code: 3, err: 'Error: error reading watch request line: EOF\n' });
    }
  });

  it('says what a line is not, and goes on', async () => {
    const { err } = await session('\nfoo\nwatch\nwatch w1 w2 --prefix\n');
    expect(err).toBe(
      'Invalid command:  (watch and progress supported)\n' +
        'Invalid command foo (only support watch)\n' +
        'Invalid command watch (command type or key is not provided)\n' +
        'Invalid command watch w1 w2 --prefix (`range_end` and `--prefix` are mutually exclusive)\n' +
        'Error: error reading watch request line: EOF\n',
    );
  });

  it('ends on a line with a bad flag', async () => {
    expect(await session('watch k --bogus\n')).toMatchObject({ code: 128, err: 'Error: unknown flag: --bogus\n' });
  });

  it('gives each line its own flags and asks for progress', async () => {
    const client = fakeClient({ watch: { watch: [stream([canceled as never]), stream([])] } });
    const io = fakeIo({ stdin: 'watch a --prefix --rev 3\nwatch b\nprogress\n' });
    await runCli(['watch', '-i'], client, { io });
    expect(client.requests('watch.watch')).toMatchObject([
      { key: utf8('a'), rangeEnd: utf8('b'), startRevision: 3n },
      { key: utf8('b'), startRevision: 0n },
    ]);
    expect(client.calls.at(-1)?.method).toBe('watch.requestProgress');
  });
});
