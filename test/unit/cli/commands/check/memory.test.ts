import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TlsFiles } from '../../../../../src/client/index.ts';
import { type MetricsTarget, residentMemory } from '../../../../../src/cli/commands/check/memory.ts';
import { type Authority, type CertificatePair, issueAuthority, writePair } from '../../../../support/pki.ts';
import { portOf } from '../../../../support/ports.ts';

const page = (value: string): string =>
  `# HELP process_resident_memory_bytes Resident memory size in bytes.\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes${value}\nprocess_start_time_seconds 1.7e+09\n`;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const serving =
  (text: string): RequestListener =>
  (request, response) =>
    void response.end(request.url === '/metrics' ? text : 'not here');

async function listen(server: Server, address: string | number = 0): Promise<Server> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (typeof address === 'string') server.listen(address, resolve);
    else server.listen(address, '127.0.0.1', resolve);
  });
  return server;
}

const plainServer = async (handler: RequestListener): Promise<string> =>
  `127.0.0.1:${portOf(await listen(createServer(handler)))}`;

const ask = (endpoint: string, tls?: TlsFiles, timeoutMs = 5000) =>
  residentMemory({ endpoint, tls, timeoutMs } satisfies MetricsTarget);

const noFiles: TlsFiles = { certFile: '', keyFile: '', caFile: '', serverName: '', skipVerify: false };

describe('residentMemory', () => {
  it.each([
    [' 1.9247104e+07', 19_247_104],
    [' 20000000', 20_000_000],
  ])('reads %s', async (value, bytes) => {
    expect(await ask(await plainServer(serving(page(value))))).toEqual({ bytes });
  });

  it.each([
    ['another page', 'hello', 'could not find: process_resident_memory_bytes'],
    ['no number', page(' lots'), 'parse error: process_resident_memory_bytes lots'],
    ['nothing', page(' 0'), 'parse error: process_resident_memory_bytes 0'],
  ])('says what it found instead: %s', async (_name, text, problem) => {
    expect(await ask(await plainServer(serving(text)))).toEqual({ problem });
  });

  it('takes endpoints with and without a scheme, with a path that means nothing, and with a port alone', async () => {
    const endpoint = await plainServer(serving(page(' 5')));
    const port = endpoint.split(':')[1]!;
    for (const each of [endpoint, `http://${endpoint}`, `http://${endpoint}/x`, ` ${endpoint} `, `localhost:${port}`]) {
      expect(await ask(each)).toEqual({ bytes: 5 });
    }
    expect(await ask(`:${port}`)).toEqual({ bytes: 5 });
  });

  it('asks over a unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'check-'));
    const path = join(directory, 'etcd.sock');
    await listen(createServer(serving(page(' 7'))), path);
    expect(await ask(`unix://${path}`)).toEqual({ bytes: 7 });
    expect(await ask(`unix:${path}`)).toEqual({ bytes: 7 });
    await rm(directory, { recursive: true });
  });

  it('says why it cannot ask', async () => {
    const gone = await plainServer(serving(''));
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await ask(gone)).toEqual({ problem: expect.stringMatching(/^fetch error: .*ECONNREFUSED/) });
    expect(await ask('no such host:1')).toEqual({ problem: expect.stringMatching(/^fetch error: /) });
  });

  it('does not wait for ever', async () => {
    const silent = await plainServer(() => undefined);
    expect(await ask(silent, undefined, 20)).toEqual({ problem: 'fetch error: no answer in time' });
  });
});

describe('residentMemory over TLS', () => {
  let directory: string;
  let authority: Authority;
  let files: { readonly ca: string; readonly client: CertificatePair };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'check-'));
    authority = await issueAuthority('test');
    const ca = await writePair(directory, 'ca', authority);
    const client = await authority.issue({ commonName: 'client', client: true });
    files = { ca: ca.cert, client: await writePair(directory, 'client', client) };
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function tlsServer(requestCert: boolean): Promise<string> {
    const pair = await authority.issue({ commonName: 'server', hosts: ['127.0.0.1', 'metrics.test'] });
    const server = createTlsServer(
      { ...pair, ca: authority.cert, requestCert, rejectUnauthorized: requestCert },
      serving(page(' 9')),
    );
    return `127.0.0.1:${portOf(await listen(server))}`;
  }

  it('trusts the authority of the client, and shows its certificate', async () => {
    const endpoint = await tlsServer(true);
    const tls = { ...noFiles, caFile: files.ca, certFile: files.client.cert, keyFile: files.client.key };
    expect(await ask(`https://${endpoint}`, tls)).toEqual({ bytes: 9 });
    expect(await ask(endpoint, tls)).toEqual({ bytes: 9 });
    expect(await ask(endpoint, { ...tls, serverName: 'metrics.test' })).toEqual({ bytes: 9 });
    expect(await ask(`https://${endpoint}`, { ...noFiles, caFile: files.ca })).toEqual({
      problem: expect.stringMatching(/^fetch error: /),
    });
  });

  it('verifies the server unless it is told not to', async () => {
    const endpoint = await tlsServer(false);
    expect(await ask(`https://${endpoint}`)).toEqual({ problem: expect.stringMatching(/^fetch error: .*certificate/) });
    expect(await ask(`https://${endpoint}`, { ...noFiles, skipVerify: true })).toEqual({ bytes: 9 });
    expect(await ask(endpoint, { ...noFiles, caFile: files.ca, serverName: 'other.test' })).toEqual({
      problem: expect.stringMatching(/^fetch error: .*other\.test/),
    });
  });

  it('speaks plaintext to http, whatever certificates there are', async () => {
    const endpoint = await plainServer(serving(page(' 3')));
    expect(await ask(`http://${endpoint}`, { ...noFiles, caFile: files.ca })).toEqual({ bytes: 3 });
  });
});
