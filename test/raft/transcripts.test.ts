import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replayFile, transcriptFiles } from './transcript/folder.ts';
import { GrammarError, parseTranscript, renderTranscript } from './transcript/grammar.ts';
import { newHandler } from './handlers/all.ts';
import { type Handler, replay } from './transcript/replay.ts';

const OWN = fileURLToPath(new URL('testdata', import.meta.url));
/** A folder with the transcripts of etcd-io/raft, which are not part of this project. */
const THEIRS = process.env['RAFT_TESTDATA'];

describe.each(['quorum', 'confchange', 'interaction'])('our transcripts of %s', (kind) => {
  it.each(files(`${OWN}/${kind}`))('%s', (_, file) => {
    expect(replayFile(file)).toEqual([]);
  });
});

if (THEIRS === undefined || !existsSync(THEIRS)) {
  const reason =
    THEIRS === undefined ? 'RAFT_TESTDATA does not name a folder with them' : `RAFT_TESTDATA=${THEIRS} does not exist`;
  console.warn(`*** SKIPPED: the transcripts of etcd-io/raft were not replayed: ${reason} ***`);
  describe.skip(`the transcripts of etcd-io/raft (skipped: ${reason})`, () => {
    it('replay byte for byte', () => {});
  });
} else {
  describe('the transcripts of etcd-io/raft', () => {
    it.each(files(THEIRS))('%s', (_, file) => {
      expect(replayFile(file)).toEqual([]);
    });
  });
}

/** Pairs of a name for people and the path. */
function files(folder: string): [string, string][] {
  return transcriptFiles(folder).map((file) => [relative(folder, file), file]);
}

/** Prints the directive itself, part by part. */
const echo: Handler = ({ command, args, input }) =>
  [command, ...args.map(({ key, values }) => `${key}:${values.join('|')}`), input].filter((s) => s !== '').join('\n');

describe('the driver', () => {
  it.each([
    { line: 'cmd', prints: 'cmd' },
    { line: 'cmd 1 two', prints: 'cmd\n1:\ntwo:' },
    { line: 'cmd a=b c=(d,e, f) g=', prints: 'cmd\na:b\nc:d|e|f\ng:' },
    { line: 'cmd a=(1)  b', prints: 'cmd\na:1\nb:' },
    { line: 'cmd a \\\n b', prints: 'cmd\na:\nb:' },
    { line: 'cmd\nsome input\nin two lines', prints: 'cmd\nsome input\nin two lines' },
    { line: '# a comment\n\ncmd', prints: 'cmd' },
  ])('reads $line', ({ line, prints }) => {
    expect(replay(`${line}\n----\n${prints}\n`, echo)).toMatchObject({ directives: 1, mismatches: [] });
  });

  it('tells where an output differs, to the byte', () => {
    const text = '# first\na\n----\na\n\nb\n----\nb \n\nc\n----\n';
    expect(replay(text, echo).mismatches).toEqual([
      { line: 6, command: 'b', expected: 'b \n', actual: 'b\n' },
      { line: 10, command: 'c', expected: '', actual: 'c\n' },
    ]);
  });

  it('takes output with blank lines between doubled separators', () => {
    const text = 'a\n----\n----\none\n\ntwo\n----\n----\n\nb\n----\nb\n';
    expect(replay(text, ({ command }) => (command === 'a' ? 'one\n\ntwo' : command))).toMatchObject({
      directives: 2,
      mismatches: [],
      rewritten: text,
    });
  });

  it.each([
    { text: 'cmd =x\n----\n', says: 'line 1: an argument has no name' },
    { text: '\ncmd a=(1\n----\n', says: 'line 2: a parenthesis is not closed' },
    { text: 'a\n----\n----\nx\n----\n----\ny\n', says: 'a blank line must follow' },
  ])('refuses $text', ({ text, says }) => {
    expect(() => parseTranscript(text)).toThrow(GrammarError);
    expect(() => parseTranscript(text)).toThrow(says);
  });

  it('renders a transcript as it was, comments and all', () => {
    const text = '# before\n\na 1 b=(2,3)\ninput\n----\nout\n\n# between\nb\n----\n\n# after\n';
    const transcript = parseTranscript(text);
    const outputs = transcript.blocks.map(({ directive }) => directive.expected);
    expect(renderTranscript(transcript, outputs)).toBe(text);
  });

  it('does not take an unknown command, or one for a node that is none, for a success', () => {
    const file = `${OWN}/interaction/single_node_async.txt`;
    expect(transcriptFiles(file)).toEqual([file]);
    expect(() => replay('campaign 7\n----\nok\n', newHandler())).toThrow('there is no node 7');
    expect(replay('frobnicate\n----\nok\n', newHandler()).mismatches).toMatchObject([{ actual: 'unknown command\n' }]);
  });
});
