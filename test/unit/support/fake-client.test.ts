import { describe, expect, it } from 'vitest';
import { fakeClient, stream } from '../../support/fake-client.ts';

const key = new TextEncoder().encode('k');

describe('fakeClient', () => {
  it('rejects and remembers a call without a stub', async () => {
    const client = fakeClient();
    await expect(client.kv.range({ key })).rejects.toThrow('unexpected call of kv.range (call 1)');
    expect(() => client.verify()).toThrow('kv.range was called without a stub');
  });

  it('fills answers up and records the requests', async () => {
    const client = fakeClient({ kv: { range: { kvs: [{ key }], count: 1n } } });
    const response = await client.kv.range({ key });
    expect(response).toEqual({
      header: undefined,
      kvs: [{ key, value: new Uint8Array(0), create_revision: 0n, mod_revision: 0n, version: 0n, lease: 0n }],
      more: false,
      count: 1n,
    });
    expect(client.requests('kv.range')).toEqual([{ key }]);
    client.verify();
  });

  it('answers call by call from a list, with errors and functions', async () => {
    const client = fakeClient({
      auth: { authEnable: [new Error('first'), { header: { revision: 7n } }] },
      lease: { keepAliveOnce: (id) => ({ ID: id, TTL: 9n }) },
    });
    await expect(client.auth.authEnable()).rejects.toThrow('first');
    expect((await client.auth.authEnable()).header?.revision).toBe(7n);
    expect(await client.lease.keepAliveOnce(5n)).toMatchObject({ ID: 5n, TTL: 9n });
    await expect(client.auth.authEnable()).rejects.toThrow('unexpected call of auth.authEnable (call 3)');
  });

  it('plays streams, to an error if there is one', async () => {
    const client = fakeClient({
      watch: { watch: stream([{ created: true }, new Error('cut')]) },
    });
    const seen: boolean[] = [];
    const read = async () => {
      for await (const update of client.watch.watch({ key })) seen.push(update.created);
    };
    await expect(read()).rejects.toThrow('cut');
    expect(seen).toEqual([true]);
  });

  it('accepts progress requests without a stub', () => {
    const client = fakeClient();
    client.watch.requestProgress();
    expect(client.calls).toEqual([{ method: 'watch.requestProgress', args: [] }]);
    client.verify();
  });

  it('finds stubs that were not used', async () => {
    const client = fakeClient({ kv: { put: [{}, {}] }, cluster: { memberList: {} } });
    await client.kv.put({ key });
    expect(() => client.verify()).toThrow(
      'kv.put was stubbed for 2 call(s), got 1\ncluster.memberList was stubbed for 1 call(s), got 0',
    );
  });

  it('knows whether it was closed', () => {
    const client = fakeClient({ endpoints: ['a:1'] });
    expect([client.closed, client.endpoints]).toEqual([false, ['a:1']]);
    client.close();
    expect(client.closed).toBe(true);
  });
});
