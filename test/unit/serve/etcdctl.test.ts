import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serveMember } from '../../../src/serve/index.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { until } from '../../support/until.ts';
import { header } from './fake-member.ts';
import { TinyMember } from './tiny-member.ts';

describeEtcd('etcdctl as a client', ({ etcdctl }) => {
  const member = new TinyMember();
  let served: Served;
  let endpoint = '';
  beforeAll(async () => {
    const image = Buffer.alloc(100_000, 'database');
    async function* chunks() {
      yield image;
    }
    const api = member.asMember({
      maintenance: {
        snapshot: async () => ({ sizeBytes: BigInt(image.byteLength), version: '3.7.0', chunks: chunks() }),
        alarm: async () => ({ header: header(), alarms: [] }),
      },
    });
    served = await serveMember(api, { listeners: [{ address: { kind: 'tcp', host: '127.0.0.1', port: 0 } }] });
    const [address] = served.addresses;
    endpoint = `127.0.0.1:${address?.kind === 'tcp' ? address.port : 0}`;
  });
  afterAll(() => served.close());

  function start(...args: string[]) {
    const child = spawn(etcdctl, ['--endpoints', endpoint, ...args], {
      env: { ETCDCTL_API: '3', PATH: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, stdout, stderr })),
    );
    return { child, ended, output: () => stdout };
  }

  const run = (...args: string[]) => start(...args).ended;

  it('puts and gets', async () => {
    expect(await run('put', 'key', 'value')).toMatchObject({ code: 0, stdout: 'OK\n' });
    expect(await run('get', 'key')).toMatchObject({ code: 0, stdout: 'key\nvalue\n' });
    expect(await run('get', '--prefix', 'none')).toMatchObject({ code: 0, stdout: '' });
  });

  it('watches', async () => {
    const { child, ended, output } = start('watch', 'watched');
    await until(() => [...member.watchers].some(({ key }) => key === 'watched'));
    await run('put', 'watched', 'one');
    await run('del', 'watched');
    await until(() => output().includes('DELETE'));
    child.kill('SIGINT');
    expect((await ended).stdout).toBe('PUT\nwatched\none\nDELETE\nwatched\n\n');
    await until(() => member.watchers.size === 0);
  });

  it('grants leases and keeps them alive', async () => {
    const id = /lease ([0-9a-f]+) granted with TTL\(60s\)/.exec((await run('lease', 'grant', '60')).stdout)?.[1] ?? '';
    expect(await run('lease', 'keep-alive', '--once', id)).toMatchObject({
      code: 0,
      stdout: `lease ${id} keepalived with TTL(60)\n`,
    });
    expect((await run('put', '--lease', 'abcdef', 'key', 'value')).stderr).toContain('requested lease not found');
    expect(await run('lease', 'revoke', id)).toMatchObject({ code: 0, stdout: `lease ${id} revoked\n` });
  });

  it('locks, one after the other', async () => {
    const first = start('lock', 'mutex');
    await until(() => first.output() !== '');
    const second = start('lock', 'mutex');
    // The small member keeps no history, so the wait must have begun before there is something to see.
    await until(() => [...member.watchers].some(({ key }) => key.startsWith('mutex/')));
    expect(second.output()).toBe('');
    first.child.kill('SIGINT');
    await until(() => second.output().startsWith('mutex/'));
    second.child.kill('SIGINT');
    await Promise.all([first.ended, second.ended]);
    await until(() => ![...member.keys.keys()].some((key) => key.startsWith('mutex/')));
  });

  it('is told what it may not do', async () => {
    const { code, stderr } = await run('put', '--ignore-value', '', 'x');
    expect(code).not.toBe(0);
    expect(stderr).not.toBe('');
  });
});
