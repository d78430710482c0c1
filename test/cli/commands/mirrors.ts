/** What the tests of make-mirror share: two clusters, and a mirror that ends because its watch breaks. */
import { type ClientConfig } from '../../../src/client/index.ts';
import type { Event, Init, KeyValue } from '../../../src/wire/index.ts';
import { type CliRun, runCli } from '../../support/cli.ts';
import { type FakeClient, fakeClient, stream, type Stubs } from '../../support/fake-client.ts';
import type { FakeIoOptions } from '../../support/fake-io.ts';
import { bytes } from './sessions.ts';

export interface WatchItem {
  readonly events: readonly Event[];
  readonly canceled: boolean;
  readonly cancelReason: string;
  readonly compactRevision: bigint;
}

type WatchItems = Parameters<typeof stream<Partial<Init<WatchItem>>>>[0];

export interface Clusters {
  readonly from: FakeClient;
  readonly to: FakeClient;
}

export const header = { revision: 40n };
export const pair = (key: string, value: string): Init<KeyValue> => ({ key: bytes(key), value: bytes(value) });
export const text = (key: Uint8Array | undefined): string => Buffer.from(key ?? []).toString('latin1');

/** The put of a key at a revision. */
export const putEvent = (revision: bigint, key: string, value = ''): Event => ({
  type: 0,
  kv: { key: bytes(key), value: bytes(value), mod_revision: revision, create_revision: 1n, version: 1n, lease: 0n },
  prev_kv: undefined,
});

/** How every test ends, since a mirror never does: the source's watch breaks. */
export const broken = { canceled: true, cancelReason: 'enough' };

export const source = (kv: NonNullable<Stubs['kv']>, updates: WatchItems = [broken]): FakeClient =>
  fakeClient({ kv, watch: { watch: stream(updates) } });

/** A destination that takes everything. */
export const destination = (): FakeClient => fakeClient({ kv: { put: () => ({}), txn: () => ({ succeeded: true }) } });

/** Runs make-mirror from one cluster to the other, which is called dest:1. */
export function mirror(words: readonly string[], { from, to }: Clusters, options: FakeIoOptions = {}): Promise<CliRun> {
  const choose = ({ endpoints }: ClientConfig): FakeClient => (endpoints[0] === 'dest:1' ? to : from);
  return runCli(['make-mirror', ...words, 'dest:1'], choose, options);
}
