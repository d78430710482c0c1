import { describe, expect, it } from 'vitest';
import type { ClientConfig } from '../../../src/client/index.ts';
import type { ConfigChanges } from '../../../src/cli/context.ts';
import { type ClientNotices, LiveContext } from '../../../src/cli/live-context.ts';
import { openFormat } from '../../../src/cli/printers/create.ts';
import { defaultSettings, type Settings } from '../../../src/cli/settings.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { until } from '../../support/until.ts';

async function makeContext(settings: Partial<Settings> = {}, waits = false) {
  const io = fakeIo();
  const opened: { config: ClientConfig; notices: ClientNotices; client: ReturnType<typeof fakeClient> }[] = [];
  const { printer } = await openFormat('simple', { out: io.stdout, err: io.stderr, hex: false, columns: undefined });
  const context = new LiveContext(
    io,
    { ...defaultSettings, ...settings },
    printer,
    async (config, notices) => {
      const client = fakeClient();
      opened.push({ config, notices, client });
      return client;
    },
    waits,
  );
  return { context, io, opened };
}

const tls = { certFile: 'c', keyFile: 'k', caFile: 'a', serverName: '', skipVerify: false };
const user = { name: 'n', password: 'p' };
const configured: ClientConfig = { ...defaultSettings.client, endpoints: ['a:1'], tls, user, jwt: 'j' };

describe('connect', () => {
  it.each<[string, ConfigChanges, ClientConfig]>([
    ['keeps what is not changed', { endpoints: ['b:1'] }, { ...configured, endpoints: ['b:1'] }],
    ['replaces', { user: { name: 'm', password: 'q' } }, { ...configured, user: { name: 'm', password: 'q' } }],
    [
      'takes away what is undefined',
      { endpoints: ['b:1'], tls: undefined, user: undefined, jwt: undefined },
      { ...defaultSettings.client, endpoints: ['b:1'] },
    ],
  ])('%s', async (_name, changes, expected) => {
    const { context, opened } = await makeContext({ client: configured });
    await context.connect(changes);
    expect(opened[0]!.config).toStrictEqual(expected);
  });

  it('hands warnings on, in the words of the command', async () => {
    const { context, io, opened } = await makeContext();
    await context.connect({}, (text) => text.replace('--user', '--dest-user'));
    opened[0]!.notices.warn('--user is ignored');
    expect(io.err()).toBe('Warning: --dest-user is ignored\n');
  });

  it('says what a command without a deadline waits for, and only that command', async () => {
    const patient = await makeContext({}, true);
    await patient.context.connect({}, (text) => text.replace('--endpoints', 'the destination'));
    const explanations = [{ endpoint: 'a:1', cause: 'connection refused', hint: 'check --endpoints' }];
    patient.opened[0]!.notices.onRetry?.(explanations);
    await until(() => patient.io.err() !== '');
    expect(patient.io.err()).toBe(
      'Warning: no endpoint can be reached, still trying\n  a:1: connection refused\n  hint: check the destination\n',
    );
    const short = await makeContext();
    await short.context.connect({});
    expect(short.opened[0]!.notices).not.toHaveProperty('onRetry');
  });

  it('tells of single attempts with --debug alone', async () => {
    const loud = await makeContext({ debug: true });
    await loud.context.connect({});
    loud.opened[0]!.notices.debug?.('attempt 1');
    expect(loud.io.err()).toBe('attempt 1\n');
    const quiet = await makeContext();
    await quiet.context.connect({});
    expect(quiet.opened[0]!.notices).not.toHaveProperty('debug');
  });
});

describe('a context', () => {
  it('makes its client once and closes every client at the end', async () => {
    const { context, opened } = await makeContext();
    expect(await context.client()).toBe(await context.client());
    await context.connect({ endpoints: ['b:1'] });
    expect(opened.map(({ client }) => client.closed)).toEqual([false, false]);
    context.close();
    expect(opened.map(({ client }) => client.closed)).toEqual([true, true]);
  });

  it('has one deadline for the whole command, a fresh one on demand, and one for long commands only if it was asked for', async () => {
    const { context } = await makeContext({ commandTimeoutMs: 1000 });
    expect(context.bounds).toBe(context.bounds);
    expect(context.freshBounds()).not.toBe(context.bounds);
    expect(context.explicitBounds).toEqual({});
    const explicit = await makeContext({ hasExplicitTimeout: true });
    expect(explicit.context.explicitBounds.deadline?.isFinite).toBe(true);
  });
});
