import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/embed/sandbox/index.ts';
import { StartError } from '../../../src/embed/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const options = { size: 1, port: 0, dataDir: undefined, tls: false, auth: false, tmpDir: scratch };

describe('a sandbox', () => {
  it('leaves nothing where it had its files', async () => {
    const sandbox = await startSandbox({ ...options, tls: true, auth: true });
    const { ETCDCTL_CACERT: ca = '', ETCDCTL_KEY: key = '' } = sandbox.env;
    expect([ca, key, sandbox.envFile].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(dirname(sandbox.envFile)).mode & 0o777).toBe(0o700);
    expect(readFileSync(sandbox.envFile, 'utf8')).toContain(`export ETCDCTL_CACERT=${ca}\n`);
    expect(sandbox.endpoints.every((endpoint) => endpoint.startsWith('https://127.0.0.1:'))).toBe(true);
    await sandbox.stop();
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('has its data, its certificates and its password again', async () => {
    const dataDir = join(scratch, 'kept');
    const kept = { ...options, dataDir, tls: true, auth: true };
    const first = await startSandbox(kept);
    await first.stop();
    const authority = readFileSync(join(dataDir, 'pki/etcd/ca.crt'), 'utf8');
    const second = await startSandbox(kept);
    expect(readFileSync(join(dataDir, 'pki/etcd/ca.crt'), 'utf8')).toBe(authority);
    expect(second.env['ETCDCTL_USER']).toBe(first.env['ETCDCTL_USER']);
    await second.stop();
    expect(existsSync(second.envFile)).toBe(false);
    const other = startSandbox({ ...kept, size: 3 });
    await expect(other).rejects.toThrow(
      `${dataDir} holds a cluster of 1, not of 3: give --size 1 or another --data-dir`,
    );
    await expect(other).rejects.toBeInstanceOf(StartError);
  });

  it('says which port is taken, and leaves nothing', async () => {
    const first = await startSandbox(options);
    const port = Number(new URL(first.endpoints[0] ?? '').port);
    await expect(startSandbox({ ...options, port })).rejects.toThrow(
      new RegExp(`127.0.0.1:${port}.*address already in use`),
    );
    await first.stop();
    expect(readdirSync(scratch).filter((name) => name !== 'kept')).toEqual([]);
  });
});

describe('etcdctl sandbox, as a process', () => {
  async function run(...args: readonly string[]): Promise<{ code: unknown; out: string }> {
    const child = spawn(process.execPath, ['bin/etcdctl.js', 'sandbox', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TMPDIR: scratch, ETCDCTL_CERT: '/of/another/cluster.crt' },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [code] = await once(child, 'close');
    return { code, out };
  }

  it('gives the command a cluster, and its exit code on', async () => {
    const etcdctl = `"${process.execPath}" bin/etcdctl.js`;
    const { code, out } = await run(
      '--size',
      '3',
      '--tls',
      '--auth',
      '--',
      'sh',
      '-c',
      `${etcdctl} put key value && ${etcdctl} get key; exit 7`,
    );
    expect([code, out]).toEqual([7, 'OK\nkey\nvalue\n']);
    expect(readdirSync(scratch).filter((name) => name !== 'kept')).toEqual([]);
  });

  it.each([
    ['KILL', 137],
    ['TERM', 143],
  ])('tells of SIG%s by %i', async (signal, expected) => {
    expect(await run('--', 'sh', '-c', `kill -${signal} $$`)).toEqual({ code: expected, out: '' });
  });

  it('takes the variables of other clusters away', async () => {
    const { out } = await run('--', 'sh', '-c', 'echo "${ETCDCTL_CERT-none}"');
    expect(out).toBe('none\n');
  });
});
