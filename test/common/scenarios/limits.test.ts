/** How much a request may hold. */
import { expect, it } from 'vitest';
import { refusal } from '../harness/kit.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';
import { op } from '../harness/text.ts';

const MAX_REQUEST_BYTES = 1.5 * 1024 * 1024;
/** What a put of a short key adds to its value as it is counted. */
const OVERHEAD_BYTES = 64;

describeTogether('limits', {}, (scene: Scene) => {
  it('a request of 1.5 MiB is taken, a larger one refused', async () => {
    const client = await scene.client();
    const fits = 'v'.repeat(MAX_REQUEST_BYTES - OVERHEAD_BYTES);
    await client.put('big', fits);
    expect(await client.value('big')).toHaveLength(fits.length);
    const before = await client.revision();
    const tooLarge = [3, 'etcdserver: request is too large'] as const;
    expect(await refusal(client.put('big', 'v'.repeat(MAX_REQUEST_BYTES)))).toEqual(tooLarge);
    const half = 'v'.repeat(MAX_REQUEST_BYTES / 2);
    expect(await refusal(client.txn({ success: [op.put('a', half), op.put('b', half)] }))).toEqual(tooLarge);
    expect(await client.revision()).toBe(before);
  });

  it('half a MiB more than that is not even read', async () => {
    const client = await scene.client();
    const [code, message] = await refusal(client.put('huge', 'v'.repeat(MAX_REQUEST_BYTES + 600 * 1024)));
    expect(code).toBe(8);
    expect(message).toMatch(/received message larger than max \(\d+ vs\. 2097152\)$/);
  });

  it('an answer may be much larger than a request', async () => {
    const client = await scene.client();
    const value = 'v'.repeat(1024 * 1024);
    for (let index = 0; index < 6; index++) await client.put(`large/${index}`, value);
    const { kvs } = await client.get('large/', { prefix: true });
    expect(kvs.map((each) => each.value.length)).toEqual(Array.from({ length: 6 }, () => value.length));
    await client.del('large/', { prefix: true });
  });
});
