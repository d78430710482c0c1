import { describe, expect, it } from 'vitest';
import {
  bool,
  type CommandLike,
  splitCommand,
  string,
  stringSlice,
  unknownCommand,
  UnknownCommandError,
} from '../../../../src/cli/flags/index.ts';
import { recorded, thrownBy } from './recorded.ts';

interface Node extends CommandLike<Node> {
  readonly cluster?: boolean;
}

const named = (...names: readonly string[]): Node[] => names.map((name) => ({ name }));

/** The tree for which the table was recorded. */
const root: Node = {
  name: 'etcdctl',
  children: [
    ...named('get', 'put', 'del'),
    { name: 'lease', children: named('grant', 'keep-alive', 'list', 'revoke', 'timetolive') },
    { name: 'endpoint', children: named('hashkv', 'health', 'status'), cluster: true },
    ...named('elect', 'lock', 'compaction'),
    { name: 'secret', hidden: true },
    ...named('completion', 'help'),
  ],
};

const inherited = {
  writeOut: string('', '', { short: 'w' }),
  hex: bool(false, ''),
  verbose: bool(false, '', { short: 'v' }),
  endpoints: stringSlice([], ''),
};

const flagsOf = (node: Node) => (node.cluster === true ? { ...inherited, cluster: bool(false, '') } : inherited);

interface SplitCase {
  readonly argv: readonly string[];
  readonly path?: string;
  readonly args?: readonly string[];
  readonly error?: string;
}

describe('splitCommand', () => {
  it.each(recorded<SplitCase>('split'))('$argv', ({ argv, path, args, error }) => {
    if (error !== undefined) {
      const thrown = thrownBy(() => splitCommand(root, argv, flagsOf));
      expect(thrown).toBeInstanceOf(UnknownCommandError);
      expect(thrown.message).toBe(error);
      return;
    }
    const found = splitCommand(root, argv, flagsOf);
    expect(found.path.map(({ name }) => name).join(' ')).toBe(path);
    expect(found.args).toEqual(args ?? []);
    expect(found.command).toBe(found.path.at(-1));
  });

  it('keeps every word of a tool without commands', () => {
    expect(splitCommand({ name: 'tool' }, ['a', '--b'], () => ({})).args).toEqual(['a', '--b']);
  });

  it('leaves the command line alone', () => {
    const argv = Object.freeze(['lease', 'grant', '5']);
    splitCommand(root, argv, flagsOf);
    expect(argv).toEqual(['lease', 'grant', '5']);
  });
});

describe('unknownCommand', () => {
  it('names the parent and what may have been meant', () => {
    const { path } = splitCommand(root, ['lease', 'keepalive'], flagsOf);
    expect(unknownCommand(path, 'keepalive')).toMatchObject({
      message: 'unknown command "keepalive" for "etcdctl lease"\n\nDid you mean this?\n\tkeep-alive\n',
      typed: 'keepalive',
      suggestions: ['keep-alive'],
    });
  });
});
