/** Our JSON gateway beside etcd's: the same requests to both have the same status and the same JSON for an answer. */
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SERVER_VERSION } from '../../src/member/versions.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';
import { CASES, type GatewayCase } from './gateway/requests.ts';

const TIMEOUT_MS = 120_000;
const OWN_ETCD = fileURLToPath(new URL('../support/own-etcd.sh', import.meta.url));
const ours: EtcdRelease = {
  series: '3.7',
  version: SERVER_VERSION,
  etcd: OWN_ETCD,
  etcdctl: '',
  etcdutl: undefined,
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** @param lines how many are waited for where the answer never ends; 0: until the end */
function post(cluster: EtcdCluster, path: string, body: string, token?: string, lines = 0): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: token };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`http://${cluster.endpoints[0]}/v3/${path}`, { method: 'POST', headers }, (response) => {
      let text = '';
      const finish = (): void => {
        resolve({ status: response.statusCode ?? 0, text });
        sent.destroy();
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (lines > 0 && text.split('\n').length > lines) finish();
      });
      response.on('end', finish).on('error', finish);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What is of one server alone, of the moment, or of a release. */
const OWN = new Set(['raft_term', 'raftTerm', 'raftIndex', 'raftAppliedIndex', 'dbSize', 'dbSizeInUse', 'token']);
const FREE = new Set([
  'version',
  'blob',
  'remaining_bytes',
  'hash',
  'hash_revision',
  'clientURLs',
  'storageVersion',
  'dbSizeQuota',
  'downgradeInfo',
]);
/** Where Go's protobuf found something, and the words in which its JSON reader says what it is. */
const PLACE = /^proto:\s(?:syntax error )?(?:\(line \d+:\d+\): )?/;
const UNREADABLE = /^(?:invalid JSON at|unexpected EOF|invalid character).*/;
/** Which of two alternatives is the second depends on the order of reading. */
const ONE_OF = /error parsing "\w+", .* already set/;

function plain(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([key]) => !FREE.has(key) && !(key === 'error' && 'code' in value));
    return Object.fromEntries(entries.map(([key, each]) => [key, plain(each, key)]));
  }
  if (OWN.has(name)) return '*';
  if (name !== 'message' || typeof value !== 'string') return value;
  return value
    .replace(PLACE, '')
    .replace(UNREADABLE, 'unreadable')
    .replace(ONE_OF, 'alternatives')
    .replace('"rangeEnd"', '"range_end"');
}

function comparable({ status, text }: Answer, path: string): { status: number; lines: unknown[] } {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => plain(JSON.parse(line)));
  // How many pieces a snapshot comes in is each server's own affair.
  return { status, lines: path === 'maintenance/snapshot' && status === 200 ? lines.slice(0, 1) : lines };
}

describeEtcd('the JSON gateway', (release) => {
  if (release.series === '3.4') {
    it.skip('is not compared with that of 3.4, which reads JSON by another library', () => undefined);
    return;
  }
  let theirs: EtcdCluster;
  let own: EtcdCluster;
  beforeAll(async () => {
    [theirs, own] = await Promise.all([startCluster({ release }), startCluster({ release: ours })]);
  }, TIMEOUT_MS);
  afterAll(() => Promise.all([theirs?.stop(), own?.stop()]));

  async function tokenOf(cluster: EtcdCluster, as: GatewayCase['as']): Promise<string | undefined> {
    if (as === 'stranger') return 'nobody.1';
    if (as !== 'root' && as !== 'bearer') return undefined;
    const { text } = await post(cluster, 'auth/authenticate', '{"name":"root","password":"p"}');
    const { token }: { token: string } = JSON.parse(text);
    return as === 'bearer' ? `Bearer ${token}` : token;
  }

  /** What 3.4 and 3.5 answer otherwise, as the releases differ among themselves. */
  const differs = ({ path, body, as }: GatewayCase): boolean =>
    release.series !== '3.7' &&
    ((path === 'maintenance/snapshot' && as === 'nobody') ||
      path.endsWith('/downgrade') ||
      as === 'bearer' ||
      body.includes('"sort_order":77'));

  it(
    'answers every request alike',
    async () => {
      for (const asked of CASES) {
        const { path, body, as } = asked;
        const [a, b] = await Promise.all(
          [own, theirs].map(async (cluster) => post(cluster, path, body, await tokenOf(cluster, as))),
        );
        if (a === undefined || b === undefined || differs(asked)) continue;
        expect(comparable(a, path), `${path} ${body}`).toEqual(comparable(b, path));
      }
    },
    TIMEOUT_MS,
  );

  it.each([
    ['watch', { create_request: { key: base64('k') } }, 1],
    ['watch', { create_request: { key: base64('a'), start_revision: '1', watch_id: '7' } }, 2],
    ['election/observe', { name: base64('e') }, 1],
  ])('streams alike: %s %o', async (path, body, lines) => {
    if (path === 'election/observe') {
      for (const cluster of [own, theirs]) {
        await post(cluster, 'kv/put', JSON.stringify({ key: base64('e/1'), value: base64('me') }));
      }
    }
    const [a, b] = await Promise.all(
      [own, theirs].map((cluster) => post(cluster, path, JSON.stringify(body), undefined, lines)),
    );
    expect(comparable(a!, path)).toEqual(comparable(b!, path));
  });
});

describeEtcd('the JSON gateway over TLS, beside', (release) => {
  let theirs: EtcdCluster;
  let own: EtcdCluster;
  beforeAll(async () => {
    const options = { transport: 'mtls' as const, auth: true };
    [theirs, own] = await Promise.all([
      startCluster({ ...options, release }),
      startCluster({ ...options, release: ours }),
    ]);
  }, TIMEOUT_MS);
  afterAll(() => Promise.all([theirs?.stop(), own?.stop()]));

  it.each(['HTTP/1.1', 'HTTP/2'])(
    'answers alike over %s, to those who have a token and those who do not',
    async (version) => {
      const send = version === 'HTTP/2' ? postHttp2 : postHttps;
      for (const withToken of [true, false]) {
        const [a, b] = await Promise.all(
          [own, theirs].map((cluster) =>
            send(
              cluster,
              'kv/range',
              JSON.stringify({ key: base64('x') }),
              withToken ? cluster.gateway.token : undefined,
            ),
          ),
        );
        expect(a?.status).toBe(withToken ? 200 : 400);
        expect(comparable(a!, '')).toEqual(comparable(b!, ''));
      }
    },
  );
});

const materialOf = ({ credentials }: EtcdCluster): { ca: string; cert?: string; key?: string } => {
  if (credentials === undefined) throw new Error('a cluster with TLS has credentials');
  return credentials.gatewayTls;
};

// etcd tells its gateway's own certificate from a user's by the header `Accept`.
function postHttps(cluster: EtcdCluster, path: string, body: string, token?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { accept: '*/*', ...(token !== undefined && { authorization: token }) };
    const options = { method: 'POST', headers, agent: false, ...materialOf(cluster) };
    const sent = httpsRequest(`https://${cluster.endpoints[0]}/v3/${path}`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function postHttp2(cluster: EtcdCluster, path: string, body: string, token?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${cluster.endpoints[0]}`, materialOf(cluster));
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': `/v3/${path}`,
      accept: '*/*',
      ...(token !== undefined && { authorization: token }),
    });
    let status = 0;
    let text = '';
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      resolve({ status, text });
    });
    stream.end(body);
  });
}
