/** Clients in a root with the file, certificates and /etc/resolv.conf. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster, type Transport } from '../support/etcd-server.ts';
import { NameServer } from './name-server.ts';
import { Root, whyNoRoot } from './root.ts';

const NAME = 'etcd.test';
const NAME_SERVER = '127.53.0.1';

const why = whyNoRoot();
if (why !== undefined) console.log(`*** SKIPPED: clients in an empty root: ${why} ***`);

describe.skipIf(why !== undefined)('in a root with itself, certificates and /etc/resolv.conf', () => {
  const names = new NameServer(NAME);
  let whyNoNames: string | undefined;
  beforeAll(async () => {
    await names.listen(NAME_SERVER).catch((error: Error) => {
      whyNoNames = `there can be no name server here: ${error.message}`;
    });
  });
  afterAll(() => names.close());
  const needsNames = (context: TestContext): void => {
    if (whyNoNames !== undefined) context.skip(whyNoNames);
  };

  describeEtcd('the client of', (release) => {
    describe.each<Transport>(['plain', 'mtls'])('%s', (transport) => {
      let root: Root;
      let cluster: EtcdCluster;
      beforeAll(async () => {
        root = await Root.make();
        cluster = await startCluster({ release, transport });
        await root.write('/etc/resolv.conf', `nameserver ${NAME_SERVER}\n`);
        if (cluster.credentials === undefined) return;
        const { directory } = cluster.credentials;
        for (const file of ['ca.crt', 'client.crt', 'client.key']) await root.take(`${directory}/${file}`, `/${file}`);
      }, 120_000);
      afterAll(async () => {
        await cluster.stop();
        await root.remove();
      });

      const as = (host: string): string => {
        const port = cluster.endpoints[0]?.split(':')[1];
        return `${transport === 'plain' ? 'http' : 'https'}://${host}:${port}`;
      };
      const told = async (host: string, ...words: string[]): Promise<unknown> => {
        const certificates = ['--cacert=/ca.crt', '--cert=/client.crt', '--key=/client.key'];
        const flags = [`--endpoints=${as(host)}`, ...(transport === 'plain' ? [] : certificates)];
        const { exitCode, stdout, stderr } = await root.etcdctl([...flags, ...words], { redirection: '<&-' });
        return [exitCode, stdout.toString(), stderr.toString()];
      };

      it('writes and reads a key', async () => {
        expect(await told('127.0.0.1', 'put', 'k', 'v')).toEqual([0, 'OK\n', '']);
        expect(await told('127.0.0.1', 'get', 'k')).toEqual([0, 'k\nv\n', '']);
      });

      it('finds the server by its name', async (context) => {
        needsNames(context);
        expect(await told(NAME, 'put', 'by', 'name')).toEqual([0, 'OK\n', '']);
        expect(names.asked).toContain(NAME);
      });

      it('says that there is no such name', async (context) => {
        needsNames(context);
        const [exitCode, stdout, stderr] = (await told('other.test', '--command-timeout=1s', 'get', 'k')) as unknown[];
        expect([exitCode, stdout]).toEqual([1, '']);
        expect(stderr).toContain('host name "other.test" not found');
      });

      it('asks for the health of it', async () => {
        const [exitCode, stdout, stderr] = (await told('127.0.0.1', 'endpoint', 'health')) as unknown[];
        expect([exitCode, `${String(stdout)}${String(stderr)}`]).toEqual([0, expect.stringContaining('is healthy')]);
      });

      it('saves a snapshot', async () => {
        const saved = [0, expect.stringMatching(/^Snapshot saved at \/db\n/), ''];
        expect(await told('127.0.0.1', 'snapshot', 'save', '/db')).toEqual(saved);
        expect(await root.list()).toContain('db');
      });

      it('runs a command under a lock', async () => {
        const [exitCode, stdout] = (await told('127.0.0.1', 'lock', 'l', '--', '/etcdctl', 'version')) as unknown[];
        expect([exitCode, stdout]).toEqual([0, expect.stringContaining('etcdctl version: ')]);
      });
    });
  });
});
