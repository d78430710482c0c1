import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';
import { ask, commonFacts, FORMATS, ours } from './offline-peers.ts';
import { byOurs, byTheirs, startRestored } from './restored-cluster.ts';
import { hashKv, saveSnapshot } from './source-cluster.ts';

const TIMEOUT_MS = 300_000;
const VALUE_BYTES = 1_000_000;
const VALUES = 300;

describeEtcd('a snapshot of 300 MB, etcd', (release) => {
  let scratch: string;
  let snapshot: string;
  let sourceHash: number[];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'offline-'));
    snapshot = join(scratch, 'large.db');
    const source = await startCluster({ release });
    try {
      for (let i = 0; i < VALUES; i++) {
        const value = randomBytes(VALUE_BYTES).toString('base64');
        await source.gateway.call('kv/put', { key: base64(`large/${i}`), value });
      }
      sourceHash = await hashKv(source, false);
      await cp(await saveSnapshot(source, false), snapshot);
    } finally {
      await source.stop();
    }
    expect((await stat(snapshot)).size).toBeGreaterThan(VALUES * VALUE_BYTES);
  }, TIMEOUT_MS);

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it(
    'has the status that their tool tells, in every format',
    async () => {
      for (const format of FORMATS) {
        const words = ['snapshot', 'status', snapshot, '-w', format];
        const [their, our] = [await ask(release, words, scratch), await ours(release, words)];
        if (release.series === '3.7' || their.code !== 0) expect(our, format).toEqual(their);
        else expect(commonFacts(format, our.out)).toEqual(commonFacts(format, their.out));
      }
    },
    TIMEOUT_MS,
  );

  it.each([
    ['ours', byOurs()],
    ['theirs', byTheirs(release)],
  ])(
    'starts with the hash it had once restored by %s',
    async (_, restorer) => {
      const cluster = await startRestored(release, snapshot, 1, restorer, false);
      try {
        expect(await hashKv(cluster, false)).toEqual(sourceHash);
      } finally {
        await cluster.stop();
      }
    },
    TIMEOUT_MS,
  );
});
