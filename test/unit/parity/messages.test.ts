import { describe, expect, it } from 'vitest';
import { messages, withoutExplanations, withoutLogLines } from '../../parity/harness/messages.ts';

const WARN = '{"level":"warn","ts":"2026-11-22T13:21:35.145717Z","logger":"etcd-client","msg":"retrying","error":"x"}';

describe('messages', () => {
  it.each([
    ['log lines as JSON', `${WARN}\nError: x\n`, ['Error: x']],
    ['log lines as text', '2026/11/22 13:43:29 INFO: [core] y\nINFO: 2026/11/22 13:43:29 [core]y\n', []],
    ['empty lines', '\nError: x\n\n', ['Error: x']],
    ['usage', 'Error: unknown flag: --x\nUsage:\n  etcdctl get\n\nFlags:\n  --rev\n', ['Error: unknown flag: --x']],
    ['usage before the error is repeated', 'Error: a\nUsage:\n  x\nError: a\n', ['Error: a']],
    [
      'a repeated error with all its lines',
      'Error: a\nDid you mean\n\tget\nError: a\nDid you mean\n\tget\n',
      ['Error: a', 'Did you mean', '\tget'],
    ],
    ['the trace of a panic', 'panic: bad value\n\ngoroutine 1 [running]:\nmain.main()\n', ['panic: bad value']],
    ['complaints of stty', "stty: 'standard input': Inappropriate ioctl for device\n", []],
    [
      'structures in log lines',
      '2026/11/22 13:43:29 INFO: [core] z {\n  "A": null\n} (done)\nError: x\n',
      ['Error: x'],
    ],
  ])('drop %s', (_, stderr, kept) => {
    expect(messages(stderr)).toEqual(kept);
  });

  it.each([
    '{"level":"warn","msg":"unrecognized environment variable","environment-variable":"ETCDCTL_BOGUS=1"}',
    '2026-11-22 13:49:18.601002 W | pkg/flags: unrecognized environment variable ETCDCTL_BOGUS=1',
    'Warning: unrecognized environment variable ETCDCTL_BOGUS',
  ])('read a warning of a variable in each form: %s', (line) => {
    expect(messages(`${line}\n`)).toEqual(['unrecognized environment variable ETCDCTL_BOGUS']);
  });

  it('keep what else is said, in its order', () => {
    expect(messages('Warning: one\nFailed to get\nError: x\n')).toEqual(['Warning: one', 'Failed to get', 'Error: x']);
  });
});

describe('withoutExplanations', () => {
  it('drops indented lines where theirs says something too', () => {
    expect(withoutExplanations(['Error: x', '  because y', '  hint: z'], ['Error: x'])).toEqual(['Error: x']);
  });

  it('keeps them where theirs is silent, or says the same', () => {
    expect(withoutExplanations(['  because'], [])).toEqual(['  because']);
    expect(withoutExplanations(['Error: x', '  get'], ['Error: x', '  get'])).toEqual(['Error: x', '  get']);
  });

  it('keeps lines that are not indented', () => {
    expect(withoutExplanations(['Warning: w', 'Error: x'], ['Error: x'])).toEqual(['Warning: w', 'Error: x']);
  });
});

describe('withoutLogLines', () => {
  it('takes them out of the output on a terminal', () => {
    expect(withoutLogLines(`${WARN}\r\nfoo\r\n`)).toBe('foo\r\n');
  });
});
