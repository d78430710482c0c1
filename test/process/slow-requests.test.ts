/** What takes longer than the flags allow is in the log of the process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Gateway } from '../support/gateway.ts';
import { OwnEtcd } from '../support/own-etcd.ts';
import { freePorts } from '../support/ports.ts';

it('logs requests that take longer than its flags allow, without values', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slow-'));
  const [client = 0, peer = 0] = await freePorts(2);
  const etcd = new OwnEtcd([
    '--name=a',
    `--data-dir=${folder}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=a=http://127.0.0.1:${peer}`,
    '--warning-unary-request-duration=1ns',
    '--warning-apply-duration=1ns',
  ]);
  try {
    await etcd.says('ready to serve client requests');
    const gateway = new Gateway(`127.0.0.1:${client}`);
    await gateway.call('kv/put', { key: btoa('k'), value: btoa('hidden') });
    await gateway.call('kv/range', { key: btoa('k') });
    gateway.close();
    for (const words of ['"msg":"request stats"', '"msg":"apply request took too long"', 'value_size:6'])
      await etcd.says(words);
    await etcd.says('"prefix":"read-only range "');
    expect(etcd.log).not.toContain('hidden');
    expect(etcd.log).not.toContain('has no effect');
  } finally {
    await etcd.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);
