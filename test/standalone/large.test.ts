import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster, type Transport } from '../support/etcd-server.ts';
import { run } from '../support/run.ts';
import { builtFile } from './file.ts';

const VALUES = 24;
const VALUE_BYTES = 1_000_000;

/** Streams of many windows of flow control, which runtimes keep in ways of their own. */
describeEtcd('large answers in the standalone file, from etcd', (release) => {
  describe.each<Transport>(['plain', 'mtls'])('%s', (transport) => {
    let cluster: EtcdCluster;
    let directory: string;
    beforeAll(async () => {
      builtFile();
      directory = await mkdtemp(join(tmpdir(), 'large-'));
      cluster = await startCluster({ release, transport });
      for (let index = 0; index < VALUES; index += 1) {
        const put = await etcdctl(['put', `big/${String(index).padStart(2, '0')}`], value(index));
        expect(put.stdout.toString()).toBe('OK\n');
      }
    }, 120_000);
    afterAll(async () => {
      await cluster.stop();
      await rm(directory, { recursive: true });
    });

    const value = (index: number): Buffer => Buffer.alloc(VALUE_BYTES, `${index} value `);

    const etcdctl = (words: readonly string[], text?: Buffer): ReturnType<typeof run> => {
      const pki = cluster.credentials?.directory ?? '';
      const scheme = transport === 'plain' ? 'http' : 'https';
      const tls = [`--cacert=${pki}/ca.crt`, `--cert=${pki}/client.crt`, `--key=${pki}/client.key`];
      return run({
        argv: [
          builtFile(),
          `--endpoints=${cluster.endpoints.map((endpoint) => `${scheme}://${endpoint}`).join()}`,
          ...(transport === 'plain' ? [] : tls),
          ...words,
        ],
        env: {},
        cwd: directory,
        ...(text && { stdin: { text } }),
        timeoutMs: 60_000,
      });
    };

    it('prints a range of 24 MB, byte for byte', async () => {
      const { exitCode, stdout } = await etcdctl(['get', '--prefix', 'big/', '--print-value-only']);
      const wanted = Array.from({ length: VALUES }, (_, index) => [value(index), Buffer.from('\n')]).flat();
      expect(exitCode).toBe(0);
      expect(digest(stdout)).toBe(digest(Buffer.concat(wanted)));
    });

    it('saves a snapshot that etcdutl, of the same file, finds sound', async () => {
      const saved = await etcdctl(['snapshot', 'save', 'db']);
      expect([saved.exitCode, saved.stdout.toString()]).toEqual([0, expect.stringContaining('Snapshot saved at db')]);
      expect((await stat(join(directory, 'db'))).size).toBeGreaterThan(VALUES * VALUE_BYTES);
      const checked = await run({ argv: [builtFile('etcdutl'), 'snapshot', 'verify', 'db'], env: {}, cwd: directory });
      expect(checked.stdout.toString()).toMatch(/^sound: /);
    });

    it('streams a snapshot to stdout as it is', async () => {
      const { stdout } = await etcdctl(['snapshot', 'save', '-']);
      // The last 32 bytes are the digest of all before them.
      expect(stdout.subarray(-32).toString('hex')).toBe(digest(stdout.subarray(0, -32)));
    });
  });
});

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
