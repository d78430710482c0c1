import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { EmbeddedClock } from '../../../src/embed/cluster-clock.ts';
import { MemberClock } from '../../../src/embed/member-clock.ts';
import { type ClusterOptions, StartError } from '../../../src/embed/index.ts';
import { seededRandom } from '../../../src/embed/random.ts';
import { RecentLog } from '../../../src/embed/recent-log.ts';
import { settingsOf } from '../../../src/embed/settings.ts';
import { shellLines, variablesOf } from '../../../src/embed/sandbox/variables.ts';

describe('options', () => {
  it("have etcd's defaults, but for memory, and the least cost of passwords", () => {
    expect(settingsOf({}, 5)).toMatchObject({
      size: 1,
      names: ['m1'],
      storage: 'memory',
      tls: false,
      rootPassword: undefined,
      listen: { host: '127.0.0.1', port: 0 },
      clock: 'system',
      seed: 5,
      heartbeatMs: 100,
      electionTimeoutMs: 1000,
      limits: { bcryptCost: 4 },
    });
  });

  it.each([
    [{ size: 3 }, { names: ['m1', 'm2', 'm3'] }],
    [{ names: ['a', 'b'] }, { size: 2 }],
    [{ auth: true }, { rootPassword: '' }],
    [{ auth: { rootPassword: 'x' } }, { rootPassword: 'x' }],
    [{ listen: false }, { listen: undefined }],
    [{ listen: { port: 2379 } }, { listen: { host: '127.0.0.1', port: 2379 } }],
    [{ quotaBytes: 9, maxTxnOps: 3 }, { limits: { quotaBytes: 9, maxTxnOps: 3, bcryptCost: 4 } }],
    [{ seed: 0 }, { seed: 0 }],
  ] satisfies [ClusterOptions, object][])('%o', (options, expected) => {
    expect(settingsOf(options, 1)).toMatchObject(expected);
  });

  it.each([
    [{ size: 0 }, 'size is a number of members from 1 to 9, not 0'],
    [{ size: 10 }, 'not 10'],
    [{ size: 1.5 }, 'not 1.5'],
    [{ dataDir: '/data' }, "dataDir goes with storage: 'disk'"],
    [{ heartbeatMs: 0 }, 'heartbeatMs is a time above 0'],
    [{ heartbeatMs: 300 }, 'electionTimeoutMs (1000) is to be at least 5 times heartbeatMs (300)'],
    [{ electionTimeoutMs: 60_000 }, 'electionTimeoutMs is at most 50000'],
    [{ names: ['a'], size: 2 }, 'there are 1 names for 2 members'],
    [{ names: ['a', 'a'] }, 'two members have the same name: a, a'],
    [{ names: ['a/b'] }, 'letters, digits and hyphens'],
    [{ names: ['-'] }, 'letters, digits and hyphens'],
    [{ auth: { rootPassword: '' } }, 'auth.rootPassword is empty'],
    [{ listen: { port: 65_535 }, size: 2 }, 'leaves room for 2 ports'],
    [{ listen: { port: -1 } }, 'listen.port is 0'],
  ] satisfies [ClusterOptions, string][])('%o is refused by name', (options, message) => {
    expect(() => settingsOf(options, 1)).toThrow(StartError);
    expect(() => settingsOf(options, 1)).toThrow(message);
  });
});

describe('the clock of a member', () => {
  function clocks() {
    const virtual = new VirtualClock();
    const clock = new MemberClock(virtual);
    const fired: string[] = [];
    const after = (delayMs: number, name: string): (() => void) => clock.after(delayMs, () => void fired.push(name));
    return { virtual, clock, fired, after };
  }

  it('is that of the cluster', () => {
    const { virtual, clock, fired, after } = clocks();
    after(10, 'a');
    const cancel = after(20, 'b');
    cancel();
    virtual.advance(30);
    expect([fired, clock.nowMs(), clock.wallMs()]).toEqual([['a'], 30, virtual.wallMs()]);
  });

  it('stands still, and then makes up for it in order', () => {
    const { virtual, clock, fired, after } = clocks();
    after(20, 'late');
    after(10, 'early');
    after(100, 'later');
    clock.pause();
    after(5, 'set while it stood');
    virtual.advance(50);
    expect(fired).toEqual([]);
    clock.resume();
    virtual.advance(0);
    expect(fired).toEqual(['set while it stood', 'early', 'late']);
    virtual.advance(50);
    expect(fired.at(-1)).toBe('later');
  });

  it('is dead after a kill', () => {
    const { virtual, clock, fired, after } = clocks();
    after(10, 'a');
    clock.stop();
    after(10, 'b');
    virtual.advance(100);
    expect([fired, virtual.nextDueMs()]).toEqual([[], undefined]);
  });
});

describe('the clock of a cluster', () => {
  it('lets what falls due come to rest before it goes on', async () => {
    const clock = new EmbeddedClock('virtual', { isQuiet: true });
    const times: number[] = [];
    const again = (): void => {
      times.push(clock.nowMs());
      // As members do: the next timer is set when the work of this one is done.
      setImmediate(() => clock.members.after(10, again));
    };
    clock.members.after(10, again);
    await clock.advance(35);
    expect([times, clock.nowMs()]).toEqual([[10, 20, 30], 35]);
  });

  it('waits for messages that are under way', async () => {
    const activity = { isQuiet: false };
    const clock = new EmbeddedClock('virtual', activity);
    let isDone = false;
    const advanced = clock.advance(10).then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    activity.isQuiet = true;
    await advanced;
  });

  it('does not go back', async () => {
    await expect(new EmbeddedClock('virtual', { isQuiet: true }).advance(-1)).rejects.toThrow('time does not go back');
  });
});

describe('random numbers', () => {
  it('are repeated by their seed, and differ by seed and by name', () => {
    const draw = (seed: number, name?: string): string => {
      const random = name === undefined ? seededRandom(seed) : seededRandom(seed).fork(name);
      return Array.from({ length: 8 }, () => random.int(1000)).join();
    };
    expect(draw(1)).toBe(draw(1));
    expect(draw(1, 'm1')).toBe(draw(1, 'm1'));
    expect(new Set([draw(1), draw(2), draw(1, 'm1'), draw(1, 'm2'), draw(2, 'm1'), draw(2 ** 40)]).size).toBe(6);
  });

  it('are spread over their range', () => {
    const random = seededRandom(3);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let turn = 0; turn < 10_000; turn++) counts[random.int(10)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});

describe('the log', () => {
  it('is kept by member, passed on, and shown by its gravest lines', () => {
    const passed: string[] = [];
    const log = new RecentLog(({ message }) => void passed.push(message));
    const sink = log.sinkFor('m1');
    sink({ level: 'info', message: 'one', fields: {} });
    expect(log.text()).toBe('\n  info: one (member=m1)');
    sink({ level: 'warn', message: 'two', fields: { n: 2n } });
    expect(log.text()).toBe('\n  warn: two (member=m1, n=2)');
    expect([passed, log.events().length]).toEqual([['one', 'two'], 2]);
  });

  it('does not grow without end', () => {
    const log = new RecentLog(() => undefined);
    const sink = log.sinkFor('m1');
    for (let index = 0; index < 1000; index++) sink({ level: 'info', message: String(index), fields: {} });
    expect([log.events().length, log.events().at(-1)?.message]).toEqual([200, '999']);
  });
});

describe('variables', () => {
  const pair = (name: string) => ({ cert: `/pki/${name}.crt`, key: `/pki/${name}.key` });

  it('lead to the cluster, and nowhere else', () => {
    const variables = variablesOf({
      endpoints: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      tls: undefined,
      credentials: undefined,
    });
    expect(variables['ETCDCTL_ENDPOINTS']).toBe('127.0.0.1:1,127.0.0.1:2');
    const rest = Object.entries(variables).filter(([, value]) => value !== undefined);
    expect(rest.length).toBe(1);
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining(['ETCDCTL_CERT', 'ETCDCTL_KEY', 'ETCDCTL_CACERT', 'ETCDCTL_USER', 'ETCDCTL_PASSWORD']),
    );
  });

  it('name certificates and root', () => {
    const variables = variablesOf({
      endpoints: ['https://127.0.0.1:1'],
      tls: { ca: pair('ca'), apiserverEtcdClient: pair('client') },
      credentials: { username: 'root', password: "it's" },
    });
    expect(variables).toMatchObject({
      ETCDCTL_ENDPOINTS: 'https://127.0.0.1:1',
      ETCDCTL_CACERT: '/pki/ca.crt',
      ETCDCTL_CERT: '/pki/client.crt',
      ETCDCTL_KEY: '/pki/client.key',
      ETCDCTL_USER: "root:it's",
    });
    const lines = shellLines(variables).split('\n');
    expect(lines).toContain('export ETCDCTL_CACERT=/pki/ca.crt');
    expect(lines).toContain(String.raw`export ETCDCTL_USER='root:it'\''s'`);
    expect(lines).toContain('unset ETCDCTL_PASSWORD');
  });
});
