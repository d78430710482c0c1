/** What a process tells of itself does not depend on users: probes and figures carry no token. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '../support/gateway.ts';
import { OwnEtcd } from '../support/own-etcd.ts';
import { freePorts } from '../support/ports.ts';

describe('a process that asks for users', () => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  let etcd: OwnEtcd | undefined;
  let url = '';
  beforeAll(async () => {
    const [client = 0, peer = 0] = await freePorts(2);
    url = `http://127.0.0.1:${client}`;
    etcd = new OwnEtcd([
      '--name=a',
      `--data-dir=${folder}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=a=http://127.0.0.1:${peer}`,
      '--bcrypt-cost=4',
    ]);
    await etcd.says('ready to serve client requests');
    const gateway = new Gateway(`127.0.0.1:${client}`);
    await gateway.call('auth/user/add', { name: 'root', password: 'p' });
    await gateway.call('auth/user/grant', { user: 'root', role: 'root' });
    await gateway.call('auth/enable');
    gateway.close();
  });
  afterAll(async () => {
    await etcd?.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(url + path);
    return { status: answer.status, text: await answer.text() };
  };

  it('is healthy without one', async () => {
    expect(await get('/health')).toEqual({ status: 200, text: '{"health":"true","reason":""}' });
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/readyz?verbose')).text).toContain('[+]linearizable_read ok');
  });

  it('tells its version and that of the cluster', async () => {
    expect(JSON.parse((await get('/version')).text)).toEqual({
      etcdserver: expect.stringMatching(/^3\.7\.\d+$/),
      etcdcluster: '3.7.0',
      storage: '3.7.0',
    });
  });

  it('tells its figures, and those of its disk', async () => {
    const { text } = await get('/metrics');
    expect(text).toContain('etcd_server_is_leader 1\n');
    expect(text).toContain('etcd_server_leader_changes_seen_total 1\n');
    expect(text).toMatch(/^etcd_disk_wal_fsync_duration_seconds_count [1-9]/m);
    expect(text).toMatch(/^etcd_debugging_auth_revision [1-9]/m);
    expect(text).toContain('etcd_server_feature_enabled{name="InitialCorruptCheck",stage="ALPHA"} 0\n');
  });
});
