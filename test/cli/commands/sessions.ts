/** What the tests of lock and elect share: a lease that lives until it is told otherwise, and waits without clocks. */
import type { CallBounds } from '../../../src/client/index.ts';
import type { FakeIo } from '../../support/fake-io.ts';
import { stream, type Stubs } from '../../support/fake-client.ts';
import { until } from '../../support/until.ts';

/** The bytes of a text, as the requests have them: Uint8Array, which a Buffer does not equal. */
export const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array =>
  new Uint8Array(Buffer.from(text, encoding));

export const LEASE = 0x1669a2036add6cf8n;

/** A lease whose renewal goes on until the session is closed, or until `lost` fires. */
export function leaseStubs(lost?: AbortSignal): NonNullable<Stubs['lease']> {
  return {
    leaseGrant: ({ TTL }) => ({ ID: LEASE, TTL: TTL ?? 0n }),
    keepAlive: (_id, bounds?: CallBounds) => stream(renewals([bounds?.signal, lost])),
    leaseRevoke: {},
  };
}

async function* renewals(signals: readonly (AbortSignal | undefined)[]): AsyncGenerator<{ TTL: bigint }> {
  yield { TTL: 10n };
  await firstOf(signals);
}

/** A stream in which nothing happens until the first of several signals ends it. */
export const nothingUntil = (signals: readonly (AbortSignal | undefined)[]): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      await firstOf(signals);
      return { done: true, value: undefined };
    },
  }),
});

/** Waits for the first of several signals. */
export function firstOf(signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve());
    }
  });
}

/** Waits until the command has written `text` to stdout. */
export const written = (io: FakeIo, text: string): Promise<void> => until(() => io.out().includes(text));
