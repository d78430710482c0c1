import { describe, expect, it } from 'vitest';
import type { CancelSignal } from '../../../../src/base/index.ts';
import { CallSignal } from '../../../../src/grpc/server/call-signal.ts';

/** What listeners are told of both kinds of signal must be the same. */
const kinds: readonly (readonly [string, () => { readonly signal: CancelSignal; abort(reason: unknown): void }])[] = [
  [
    'a call',
    () => {
      const signal = new CallSignal();
      return { signal, abort: (reason) => signal.abort(reason) };
    },
  ],
  ['an AbortController', () => new AbortController()],
];

describe.each(kinds)('the signal of %s', (_, make) => {
  it('tells its listeners once, and why', () => {
    const { signal, abort } = bound(make());
    const heard: unknown[] = [];
    signal.addEventListener('abort', () => heard.push(signal.reason), { once: true });
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    abort('first');
    abort('second');
    expect([signal.aborted, signal.reason, heard]).toEqual([true, 'first', ['first']]);
  });

  it('does not tell who has left, or came too late', () => {
    const { signal, abort } = bound(make());
    const heard: string[] = [];
    const leaver = (): unknown => heard.push('leaver');
    signal.addEventListener('abort', leaver, { once: true });
    signal.addEventListener('abort', () => signal.removeEventListener('abort', next), { once: true });
    const next = (): unknown => heard.push('next');
    signal.addEventListener('abort', next, { once: true });
    signal.removeEventListener('abort', leaver);
    abort('reason');
    signal.addEventListener('abort', () => heard.push('late'), { once: true });
    abort('again');
    expect(heard).toEqual([]);
  });
});

const bound = (made: { readonly signal: CancelSignal; abort(reason: unknown): void }) => ({
  signal: made.signal,
  abort: (reason: unknown) => made.abort(reason),
});
