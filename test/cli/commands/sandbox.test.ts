import { describe, expect, it } from 'vitest';
import { sandboxCommand, type StartSandbox } from '../../../src/cli/commands/sandbox.ts';
import { etcdctlTree } from '../../../src/cli/commands/tree.ts';
import type { CommandNode } from '../../../src/cli/command-node.ts';
import type { ChildExit, ChildOptions } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import type { RunningSandbox, SandboxOptions } from '../../../src/embed/sandbox/index.ts';
import { type FakeIo, fakeIo, type FakeIoOptions } from '../../support/fake-io.ts';

interface Run {
  readonly code: number;
  readonly io: FakeIo;
  /** What happened, in order. */
  readonly events: readonly string[];
  readonly started: readonly SandboxOptions[];
  readonly children: readonly (readonly string[])[];
  readonly childEnv: ChildOptions['env'] | undefined;
}

interface Doubles extends FakeIoOptions {
  readonly exit?: ChildExit;
  readonly start?: StartSandbox;
  /** While the command, or nothing, runs. */
  readonly meanwhile?: (io: FakeIo, child: ChildOptions | undefined) => void;
}

/** Runs `etcdctl sandbox …` on a double of the cluster and of the child. */
async function runSandbox(argv: readonly string[], doubles: Doubles = {}): Promise<Run> {
  const events: string[] = [];
  const started: SandboxOptions[] = [];
  const children: (readonly string[])[] = [];
  let childEnv: ChildOptions['env'] | undefined;
  const io: FakeIo = fakeIo({
    ...doubles,
    runChild: async (command, options) => {
      events.push('child');
      children.push(command);
      childEnv = options.env;
      doubles.meanwhile?.(io, options);
      return doubles.exit ?? { code: 0 };
    },
  });
  const running: RunningSandbox = {
    endpoints: ['http://127.0.0.1:1001', 'http://127.0.0.1:1002'],
    env: { ETCDCTL_ENDPOINTS: '127.0.0.1:1001,127.0.0.1:1002', ETCDCTL_CERT: undefined },
    envFile: '/tmp/sandbox/env',
    stop: async () => void events.push('stop'),
  };
  const start: StartSandbox = async (options) => {
    events.push('start');
    started.push(options);
    if (doubles.start !== undefined) return doubles.start(options);
    if (!argv.includes('--') && doubles.tty !== true) setImmediate(() => doubles.meanwhile?.(io, undefined));
    return running;
  };
  const tree: CommandNode = {
    ...etcdctlTree,
    children: (etcdctlTree.children ?? []).map((node) =>
      node.name === 'sandbox' ? { ...node, load: async () => sandboxCommand(start) } : node,
    ),
  };
  const code = await main(tree, ['sandbox', ...argv], io);
  return { code, io, events, started, children, childEnv };
}

describe('flags', () => {
  it.each([
    [[], { size: 1, port: 0, dataDir: undefined, tls: false, auth: false }],
    [['--size', '3', '--tls', '--auth'], { size: 3, tls: true, auth: true }],
    [['--port', '2379', '--data-dir', '/data'], { port: 2379, dataDir: '/data' }],
  ] as const)('%j', async (flags, expected) => {
    const { started } = await runSandbox([...flags, '--', 'true']);
    expect(started).toMatchObject([expected]);
  });

  it.each([
    [['--size', '0', '--', 'true'], /--size is 1 to 9 members, not 0/],
    [['--size', '10', '--', 'true'], /--size is 1 to 9 members, not 10/],
    [['--port', '65535', '--size', '2', '--', 'true'], /leaves room for 2 ports up to 65535/],
    [['--port', '-1', '--', 'true'], /--port is 0, or leaves room/],
    [['true'], /behind --, as in: etcdctl sandbox -- npm test/],
    [['true', '--', 'false'], /behind --/],
  ] as const)('%j is refused, and nothing starts', async (argv, message) => {
    const { code, io, events } = await runSandbox([...argv]);
    expect([code, events]).toEqual([128, []]);
    expect(io.err()).toMatch(message);
  });

  it('are told of, and what the command is for', async () => {
    const { io } = await runSandbox(['--help']);
    for (const text of [
      '--size',
      '--port',
      '--data-dir',
      '--tls',
      '--auth',
      'on one machine',
      'etcdctl sandbox -- npm test',
    ]) {
      expect(io.out()).toContain(text);
    }
  });
});

describe('with a command', () => {
  it('runs it in the cluster, with the variables, and ends the cluster thereafter', async () => {
    const { code, events, children, childEnv } = await runSandbox(['--', 'npm', 'test', '--', '-x']);
    expect([code, events, children]).toEqual([0, ['start', 'child', 'stop'], [['npm', 'test', '--', '-x']]]);
    expect(childEnv).toEqual({ ETCDCTL_ENDPOINTS: '127.0.0.1:1001,127.0.0.1:1002', ETCDCTL_CERT: undefined });
  });

  it.each([
    [{ code: 7 }, 7],
    [{ code: -1, signal: 'killed', signalNumber: 9 }, 137],
    [{ code: -1, signal: 'terminated', signalNumber: 15 }, 143],
    [{ code: -1, startError: 'exec: "nope": executable file not found in $PATH' }, 127],
    [{ code: -1, startError: 'fork/exec ./data: permission denied' }, 126],
  ] as const)('passes %o on as %i', async (exit, expected) => {
    const { code, events } = await runSandbox(['--', 'command'], { exit });
    expect([code, events.at(-1)]).toEqual([expected, 'stop']);
  });

  it("writes nothing to stdout, which is the command's", async () => {
    const { io } = await runSandbox(['--', 'command']);
    expect(io.out()).toBe('');
    expect(io.err()).toMatch(/on this machine/);
  });

  it.each([
    ['SIGTERM', true],
    ['SIGINT', false],
  ] as const)('%s to us asks it to end: %s', async (signal, expected) => {
    let isAsked: boolean | undefined;
    await runSandbox(['--', 'command'], {
      meanwhile: (io, child) => {
        io.interrupt(signal);
        isAsked = child?.terminate?.aborted;
      },
    });
    expect(isAsked).toBe(expected);
  });
});

describe('without a command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stays up until %s, and says how to reach it', async (signal) => {
    const { code, io, events } = await runSandbox([], { meanwhile: (fake) => fake.interrupt(signal) });
    expect([code, events]).toEqual([0, ['start', 'stop']]);
    expect(io.err()).toContain('endpoints: http://127.0.0.1:1001,http://127.0.0.1:1002');
    expect(io.err()).toContain('. /tmp/sandbox/env');
  });

  it('is a shell on a terminal', async () => {
    const { code, children } = await runSandbox([], { tty: true, env: { SHELL: '/bin/zsh' }, exit: { code: 3 } });
    expect([code, children]).toEqual([3, [['/bin/zsh']]]);
  });

  it('is sh where no shell is named', async () => {
    const { children } = await runSandbox([], { tty: true });
    expect(children).toEqual([['/bin/sh']]);
  });
});

describe('a cluster that does not start', () => {
  it('is an error with its reason, and nothing runs', async () => {
    const failing: StartSandbox = () =>
      Promise.reject(
        new Error(
          'the cluster did not start: cannot listen on 127.0.0.1:2379: listen EADDRINUSE: address already in use\n  warn: more',
        ),
      );
    const { code, io, events } = await runSandbox(['--', 'command'], { start: failing });
    expect([code, events]).toEqual([1, ['start']]);
    expect(io.err()).toBe(
      [
        'Error: the cluster did not start: cannot listen on 127.0.0.1:2379: listen EADDRINUSE: address already in use',
        '  warn: more',
        '  hint: choose another --port, or leave it out to have any that are free\n',
      ].join('\n'),
    );
  });
});
