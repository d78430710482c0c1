import http2 from 'node:http2';
import net, { type Server } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient, type TlsFiles } from '../../../src/client/index.ts';
import { explanationLines } from '../../../src/client/index.ts';
import { type Authority, issueAuthority, writePair } from '../../support/pki.ts';
import { portOf } from '../../support/ports.ts';
import { configFor } from './support/config.ts';

let directory: string;
let authority: Authority;
const servers: Server[] = [];
const none: TlsFiles = { certFile: '', keyFile: '', caFile: '', serverName: '', skipVerify: false };
let files: Record<'trusting' | 'wrongAuthority' | 'withClient' | 'withExpired' | 'withStranger', TlsFiles>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handshakes-'));
  authority = await issueAuthority('test authority');
  const other = await issueAuthority('another authority');
  const ca = await writePair(directory, 'ca', authority);
  const otherCa = await writePair(directory, 'other-ca', other);
  const pair = async (name: string, issuer: Authority, expired = false) => {
    const written = await writePair(directory, name, await issuer.issue({ commonName: name, client: true, expired }));
    return { ...none, caFile: ca.cert, certFile: written.cert, keyFile: written.key };
  };
  files = {
    trusting: { ...none, caFile: ca.cert },
    wrongAuthority: { ...none, caFile: otherCa.cert },
    withClient: await pair('client', authority),
    withExpired: await pair('late', authority, true),
    withStranger: await pair('stranger', other),
  };
});

afterAll(async () => {
  for (const server of servers) server.close();
  await rm(directory, { recursive: true, force: true });
});

async function listen(server: Server, socket?: string): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) =>
    socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
  );
  return socket ?? `127.0.0.1:${portOf(server)}`;
}

interface Certificate {
  readonly hosts?: readonly string[];
  readonly expired?: boolean;
}

/** A TLS server that speaks HTTP/2 and answers nothing. */
async function secureServer(
  { hosts = ['127.0.0.1', 'localhost'], expired = false }: Certificate = {},
  options: TlsOptions = {},
): Promise<string> {
  const pair: SecureContextOptions = await authority.issue({ commonName: 'etcd', hosts, expired });
  const server = http2.createSecureServer({ ...pair, ...options });
  server.on('sessionError', () => undefined);
  return listen(server);
}

const demanding = (): TlsOptions => ({ requestCert: true, rejectUnauthorized: true, ca: authority.cert });

/** What is said while a call waits for an endpoint that cannot be reached. */
async function trouble(endpoint: string, tls?: TlsFiles): Promise<string[]> {
  const stop = new AbortController();
  const told = new Promise<string[]>((resolve, reject) => {
    openClient(configFor([endpoint], tls && { tls }), {
      onRetry: (explanations) => resolve(explanationLines(explanations)),
    })
      .then((client) => client.kv.put({}, { signal: stop.signal }).finally(() => client.close()))
      .then(
        () => reject(new Error('the call was answered')),
        () => undefined,
      );
  });
  try {
    return await told;
  } finally {
    stop.abort();
  }
}

describe("the server's certificate", () => {
  it('is signed by an authority that the client was not told of', async () => {
    const endpoint = `https://${await secureServer()}`;
    expect(await trouble(endpoint)).toEqual([
      `${endpoint}: TLS: the server's certificate is signed by an unknown authority`,
      'hint: give the certificate of the authority that signed it with --cacert (ETCDCTL_CACERT)',
    ]);
  });

  it('is signed by another authority than the one given', async () => {
    const endpoint = await secureServer();
    expect(await trouble(endpoint, files.wrongAuthority)).toEqual([
      `${endpoint}: TLS: the server's certificate is signed by an unknown authority: ${files.wrongAuthority.caFile} did not sign it`,
      'hint: check --cacert (ETCDCTL_CACERT)',
    ]);
  });

  it('is not trusted by a bundle without any certificate', async () => {
    const empty = join(directory, 'empty.crt');
    await writeFile(empty, '');
    const endpoint = await secureServer();
    expect((await trouble(endpoint, { ...none, caFile: empty }))[0]).toContain('signed by an unknown authority');
  });

  it('names others', async () => {
    const endpoint = await secureServer({ hosts: ['etcd.example.com', '10.0.0.1'] });
    expect((await trouble(endpoint, files.trusting))[0]).toBe(
      `${endpoint}: TLS: the server's certificate is not for 127.0.0.1; it names etcd.example.com, 10.0.0.1`,
    );
    expect((await trouble(endpoint, { ...files.trusting, serverName: 'else.example.com' }))[0]).toContain(
      'not for else.example.com;',
    );
  });

  it('has expired', async () => {
    expect((await trouble(await secureServer({ expired: true }), files.trusting))[0]).toContain('has expired');
  });
});

describe("the client's certificate", () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is missing (%s)', async (maxVersion) => {
    const endpoint = await secureServer({}, { ...demanding(), maxVersion });
    expect(await trouble(endpoint, files.trusting)).toEqual([
      `${endpoint}: TLS: the server asks for a client certificate`,
      'hint: give --cert and --key (ETCDCTL_CERT, ETCDCTL_KEY)',
    ]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('has expired or comes from a stranger (%s)', async (maxVersion) => {
    const endpoint = await secureServer({}, { ...demanding(), maxVersion });
    for (const tls of [files.withExpired, files.withStranger]) {
      expect((await trouble(endpoint, tls))[0]).toContain(`rejected the client certificate ${tls.certFile}`);
    }
  });
});

describe('the wrong protocol', () => {
  it('is plaintext to a TLS server', async () => {
    const endpoint = `http://${await secureServer()}`;
    const [cause, hint] = await trouble(endpoint);
    expect(cause).toBe(
      `${endpoint}: the server does not answer in plaintext HTTP/2: it probably wants TLS (or is not etcd)`,
    );
    expect(hint).toMatch(/https:\/\/.*--cacert/);
  });

  it('is TLS to a plaintext HTTP/2 server', async () => {
    const server = http2.createServer();
    server.on('sessionError', () => undefined);
    const [cause, hint] = await trouble(await listen(server), files.trusting);
    expect(cause).toMatch(/plaintext/);
    expect(hint).toContain('http://');
  });

  it('is TLS to a server that hangs up, as etcd does', async () => {
    const server = net.createServer((socket) => socket.once('data', () => socket.destroy()));
    const [cause] = await trouble(await listen(server), files.trusting);
    expect(cause).toContain('the server hung up during the TLS handshake: it probably speaks plaintext');
  });

  it('is HTTP/1 over TLS', async () => {
    const pair = await authority.issue({ commonName: 'proxy', hosts: ['127.0.0.1'] });
    const [cause] = await trouble(
      await listen(tls.createServer({ ...pair, ALPNProtocols: ['http/1.1'] })),
      files.trusting,
    );
    expect(cause).toContain('does not offer HTTP/2');
  });
});

describe('a socket in the file system', () => {
  it('is missing', async () => {
    const endpoint = `unix://${join(directory, 'missing.sock')}`;
    expect((await trouble(endpoint))[0]).toBe(`${endpoint}: there is no such socket`);
  });

  it('is verified under its own name', async () => {
    const pair = await authority.issue({ commonName: 'etcd', hosts: ['localhost'] });
    const server = http2.createSecureServer(pair);
    const path = await listen(server, join(directory, 'localhost:1'));
    const hosts: unknown[] = [];
    server.on('stream', (stream, headers) => {
      hosts.push(headers[':authority']);
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'reached' },
        { endStream: true },
      );
    });
    const client = await openClient(configFor([`unixs://${path}`], { tls: files.trusting }));
    await expect(client.kv.put({})).rejects.toThrow('reached');
    expect(hosts).toEqual(['localhost:1']);
    client.close();
  });
});

it('looks away when told to', async () => {
  const pair = await authority.issue({ commonName: 'etcd', hosts: ['etcd.example.com'], expired: true });
  const server = http2.createSecureServer(pair);
  server.on('stream', (stream) => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'reached' },
      { endStream: true },
    );
  });
  const client = await openClient(configFor([await listen(server)], { tls: { ...none, skipVerify: true } }));
  await expect(client.kv.put({})).rejects.toThrow('reached');
  client.close();
});
