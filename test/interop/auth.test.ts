import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthStore, openTokenProvider } from '../../src/auth/index.ts';
import { type BucketName, readDatabase } from '../../src/backend/index.ts';
import { systemClock, VirtualClock } from '../../src/base/index.ts';
import { openDatabase } from '../../src/bbolt/index.ts';
import { Lessor } from '../../src/lease/index.ts';
import { EtcdError } from '../../src/wire/etcd-error.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64, Gateway } from '../support/gateway.ts';
import { dumpOf, MemoryBuckets } from '../support/memory-buckets.ts';
import { BATTERY, POLICY, REFUSALS } from './auth-steps.ts';
import { authWorld, newUser } from '../unit/auth/auth-world.ts';

const TIMEOUT_MS = 60_000;

/** What a call came to: `ok`, or code and text of the refusal. */
async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'ok';
  } catch (error) {
    if (error instanceof EtcdError) return `${error.code} ${error.message}`;
    const answer = /HTTP \d+: (\{.*\})$/s.exec(error instanceof Error ? error.message : '')?.[1];
    if (answer === undefined) throw error;
    const { code, message }: { code: number; message: string } = JSON.parse(answer);
    return `${code} ${message}`;
  }
}

/** The same user gets the same password on both sides. */
const passwordOf = (name: string): string => `${name} password`;

async function addTo(auth: AuthStore, name: string, without: boolean): Promise<void> {
  const request = { ...newUser(name, { no_password: without }), password: passwordOf(name), hashedPassword: '' };
  auth.users.add(await auth.prepareUserAdd(request));
}

/** A bucket of a stopped member. */
function bucketsOf(cluster: EtcdCluster): MemoryBuckets {
  const database = openDatabase(join(cluster.members[0]!.dataDirectory, 'member/snap/db'));
  try {
    const reader = readDatabase(database.file);
    const names: readonly BucketName[] = ['auth', 'authRoles', 'authUsers', 'lease'];
    return MemoryBuckets.of(new Map(names.map((name) => [name, [...reader.records(name)]])));
  } finally {
    database.close();
  }
}

/** Users without their salted hashes: those are sixty bytes behind the tag of the password. */
const withoutHashes = (lines: readonly string[] = []): string[] => {
  const hash = Buffer.from('$2a$04$').toString('hex');
  return lines.map((line) => line.replaceAll(new RegExp(`123c${hash}[0-9a-f]{106}`, 'g'), '123c…'));
};

describeEtcd('users, roles and leases of', (release) => {
  // Older ones hash when they apply, and do not tell the auth revision.
  describe.skipIf(release.series === '3.4')('a real member (3.4 is too old)', () => {
    const world = authWorld();
    let cluster: EtcdCluster;
    const theirs = async (path: string, body: object = {}): Promise<string> =>
      await outcome(() => cluster.gateway.call(path, body));

    beforeAll(async () => {
      cluster = await startCluster({ release });
    }, TIMEOUT_MS);
    afterAll(async () => await cluster.stop());

    it('change by the same requests in the same ways, and raise the auth revision alike [inv 37]', async () => {
      const seen: [step: string, ours: string, revision: string][] = [];
      const expected: [step: string, theirs: string, revision: string][] = [];
      for (const { path, body, ours } of POLICY) {
        const step = `${path} ${JSON.stringify(body)}`;
        const password = passwordOf(String(Reflect.get(body, 'name')));
        const sent = path === 'auth/user/add' ? { ...body, password } : body;
        const result = await theirs(path, sent);
        const { authRevision = '0' } = await cluster.gateway.call<{ authRevision?: string }>('auth/status');
        expected.push([step, result, authRevision]);
        seen.push([step, await outcome(async () => await ours(world.auth, addTo)), String(world.auth.revision)]);
      }
      expect(seen).toEqual(expected);
    });

    it('are refused in the same words', async () => {
      for (const { path, body, ours } of REFUSALS) {
        const ourOutcome = await outcome(async () => await ours(world.auth, addTo));
        expect([path, body, ourOutcome]).toEqual([path, body, await theirs(path, body)]);
        expect(ourOutcome).not.toBe('ok');
      }
    });

    it(
      'may do the same [inv 38]',
      async () => {
        const lease = { ID: '77', TTL: '600' };
        await cluster.gateway.call('lease/grant', lease);
        await cluster.gateway.call('kv/put', { key: base64('w/leased'), value: '', lease: '77' });
        world.leases.set(77n, [Buffer.from('w/leased')]);
        await cluster.gateway.call('auth/enable');
        world.auth.enable();
        for (const name of ['alice', 'bob', 'carol']) {
          const gateway = new Gateway(cluster.endpoints[0]!);
          await gateway.login({ name, password: passwordOf(name) });
          const who = { name, revision: world.auth.revision };
          for (const { path, body, ours } of BATTERY) {
            // 3.5 words the refusal of maintenance in another way.
            if (release.series === '3.5' && path.startsWith('maintenance/')) continue;
            const got = await outcome(() => ours(world.auth.access, who));
            expect([name, path, body, got]).toEqual([name, path, body, await outcome(() => gateway.call(path, body))]);
          }
          gateway.close();
        }
        await cluster.gateway.login({ name: 'root', password: passwordOf('root') });
        expect(await theirs('auth/disable')).toBe('ok');
        world.auth.disable();
      },
      TIMEOUT_MS,
    );

    it(
      'lie in the database byte for byte as ours, and its passwords check',
      async () => {
        // Each end of what an id and a TTL can be; etcd raises the shortest to its least TTL.
        const { minTtlSeconds, grants } = {
          minTtlSeconds: 2n,
          grants: [
            [1n, 1n],
            [2n, 600n],
            [-1n, 9_000_000_000n],
          ] as const,
        };
        const lessor = Lessor.open(world.buckets, { journal: world.buckets, clock: new VirtualClock(), minTtlSeconds });
        lessor.grant(77n, 600n);
        for (const [id, ttl] of grants) {
          lessor.grant(id, ttl);
          await cluster.gateway.call('lease/grant', { ID: String(id), TTL: String(ttl) });
        }
        await cluster.members[0]!.stop();
        const buckets = bucketsOf(cluster);
        const { authUsers, ...others } = buckets.dump();
        const { authUsers: ourUsers, ...ourOthers } = world.buckets.dump();
        expect(ourOthers).toEqual(others);
        expect(withoutHashes(ourUsers)).toEqual(withoutHashes(authUsers));
        expect(withoutHashes(authUsers).join()).toContain('123c…');

        // A member of ours that opens the directory of theirs.
        const opened = authWorld({ journal: buckets });
        const { AuthStore: Store } = await import('../../src/auth/index.ts');
        const auth = Store.open(buckets, { journal: buckets, tokens: opened.tokens, leases: { keysOf: () => [] } });
        expect(dumpOf(auth.capture())).toEqual(
          Object.fromEntries(Object.entries(buckets.dump()).filter(([name]) => name !== 'lease')),
        );
        auth.enable();
        for (const name of ['root', 'alice', 'bob']) {
          expect(await auth.checkPassword(name, passwordOf(name))).toBe(auth.revision);
          expect(await outcome(async () => await auth.checkPassword(name, 'another'))).toMatch(/^3 /);
        }
      },
      TIMEOUT_MS,
    );
  });

  describe.skipIf(release.series === '3.4')('the JSON web tokens of a real member', () => {
    it(
      'are known to us, and ours to it',
      async () => {
        const cluster = await startCluster({ release, jwt: true, auth: true });
        try {
          const { cert, key } = cluster.credentials!.jwtKeys;
          const setting = `jwt,pub-key=${cert},priv-key=${key},sign-method=RS256,ttl=10m`;
          const tokens = openTokenProvider(setting, { clock: systemClock });
          const { authRevision } = await cluster.gateway.call<{ authRevision: string }>('auth/status');
          const revision = BigInt(authRevision);
          expect(await tokens.identify(cluster.gateway.token ?? '', 0n)).toEqual({ name: 'root', revision });

          const token = async (name: string, at: bigint): Promise<string> => await tokens.assign(name, at, '', 1n)();
          const get = async (given: string): Promise<string> => {
            const response = await fetch(`http://${cluster.endpoints[0]}/v3/kv/range`, {
              method: 'POST',
              headers: { authorization: given },
              body: JSON.stringify({ key: base64('x') }),
            });
            const { message = 'ok' }: { message?: string } = JSON.parse(await response.text());
            return message;
          };
          expect(await get(await token('root', revision))).toBe('ok');
          expect(await get(await token('alice', revision))).toBe('etcdserver: permission denied');
          expect(await get(await token('root', revision - 1n))).toBe('etcdserver: revision of auth store is old');
          expect(await get(`${await token('root', revision)}x`)).toBe('etcdserver: invalid auth token');
        } finally {
          await cluster.stop();
        }
      },
      TIMEOUT_MS,
    );
  });
});
