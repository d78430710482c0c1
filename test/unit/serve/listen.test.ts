import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Address, Channel, type ChannelOptions, StatusCode, type TlsOptions } from '../../../src/grpc/index.ts';
import { type Listener, serveMember, type ServeOptions, type ServerTls } from '../../../src/serve/index.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { type Authority, type CertificatePair, issueAuthority } from '../../support/pki.ts';
import { until } from '../../support/until.ts';
import { rejection } from '../grpc/methods.ts';
import { fakeMember, header } from './fake-member.ts';
import { atEnd, bytes, serving } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

const loopback: Address = { kind: 'tcp', host: '127.0.0.1', port: 0 };

function open(address: Address | undefined, options: ChannelOptions = {}): Channel {
  const channel = new Channel(address!, options);
  atEnd(() => channel.close());
  return channel;
}

const ask = (address: Address | undefined, options?: ChannelOptions) =>
  open(address, options).unary(kv.range, { key: bytes('k') });

const portOf = (address: Address | undefined): number => (address?.kind === 'tcp' ? address.port : 0);

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'serve-'));
  atEnd(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe('listeners', () => {
  it('may be several, in their order, with the ports that were bound', async () => {
    const path = join(scratch(), 'socket');
    const listeners: Listener[] = [{ address: loopback }, { address: { kind: 'unix', path } }, { address: loopback }];
    const { served } = await serving(new TinyMember().asMember(), { listeners });
    expect(served.addresses.map(({ kind }) => kind)).toEqual(['tcp', 'unix', 'tcp']);
    expect(new Set(served.addresses.map(portOf)).size).toBe(3);
    for (const address of served.addresses) expect(await ask(address)).toMatchObject({ kvs: [] });
  });

  it('name what cannot be had, and leave nothing open', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    atEnd(() => taken.close());
    const { port } = taken.address() as net.AddressInfo;
    const path = join(scratch(), 'socket');
    const listeners: Listener[] = [{ address: { kind: 'unix', path } }, { address: { ...loopback, port } }];
    await expect(serveMember(fakeMember().member, { listeners })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('cannot be made on a path that does not exist', async () => {
    const path = join(scratch(), 'no', 'socket');
    await expect(
      serveMember(fakeMember().member, { listeners: [{ address: { kind: 'unix', path } }] }),
    ).rejects.toThrow(`cannot listen on unix:${path}`);
  });

  it('do not share a unix socket with a server that lives, but take over from one that died', async () => {
    const path = join(scratch(), 'socket');
    const listeners: Listener[] = [{ address: { kind: 'unix', path } }];
    const first = await serveMember(new TinyMember().asMember(), { listeners });
    await expect(serveMember(new TinyMember().asMember(), { listeners })).rejects.toThrow('EADDRINUSE');
    expect(await ask({ kind: 'unix', path })).toBeDefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await first.close();
    expect(existsSync(path)).toBe(false);

    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    const { spawnSync } = await import('node:child_process');
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(path)).toBe(true);
    const { served } = await serving(new TinyMember().asMember(), { listeners });
    expect(await ask(served.addresses[0])).toBeDefined();
  });
});

describe('what a client speaks', () => {
  it('is found out however slowly it says so', async () => {
    const { served } = await serving(new TinyMember().asMember(), { listeners: [{ address: loopback }] });
    const say = async (text: string): Promise<string> => {
      const socket = net.connect(portOf(served.addresses[0]), '127.0.0.1').setNoDelay();
      atEnd(() => socket.destroy());
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      for (const letter of text) {
        socket.write(letter, 'latin1');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await until(() => answer !== '');
      return answer;
    };
    expect(await say('GET /nope HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1.1 404 Not Found/);
    expect(await say('PUT /health HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1.1 405/);
    expect(await say('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    // The server's first frame: SETTINGS on stream 0.
    expect((await say('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0')).slice(3, 9)).toBe('\x04\0\0\0\0\0');
  });
});

describe('TLS', () => {
  let authority: Authority;
  let server: CertificatePair;
  let client: CertificatePair;
  let stranger: CertificatePair;
  beforeAll(async () => {
    authority = await issueAuthority('clients and servers');
    server = await authority.issue({ commonName: 'server', hosts: ['127.0.0.1'] });
    client = await authority.issue({ commonName: 'alice' });
    stranger = await (await issueAuthority('somebody else')).issue({ commonName: 'mallory' });
  });

  /** A member that answers with the common name it is told. */
  async function secure(tls: Partial<ServerTls>, options: ServeOptions = {}) {
    const seen: unknown[] = [];
    const { member } = fakeMember({
      kv: {
        range: async (_, caller) => {
          seen.push(caller.commonName);
          return { header: header(), kvs: [], more: false, count: 0n };
        },
      },
    });
    const running = await serving(member, {
      listeners: [{ address: loopback, secure: true }],
      tls: { ...server, ...tls },
      commonNames: true,
      ...options,
    });
    const call = (own: Partial<TlsOptions> = {}, callOptions = {}) =>
      open(running.served.addresses[0], { tls: { ca: authority.cert, ...own } }).unary(kv.range, {}, callOptions);
    return { ...running, seen, call };
  }

  it('needs no certificate of the client by itself', async () => {
    const { call, seen } = await secure({});
    await call();
    await call(client);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('wants one where there is an authority, and reads its name', async () => {
    const { call, seen } = await secure({ clientCa: authority.cert });
    await call(client);
    expect(seen).toEqual(['alice']);
    expect(await rejection(call())).toMatchObject({ code: StatusCode.Unavailable });
    expect(await rejection(call(stranger))).toMatchObject({ code: StatusCode.Unavailable });
    expect(seen.length).toBe(1);
  });

  it('may leave it to the client, but takes no bad one', async () => {
    const { call, seen } = await secure({ clientCa: authority.cert, clientCertificates: 'optional' });
    await call();
    await call(client);
    expect(await rejection(call(stranger))).toMatchObject({ code: StatusCode.Unavailable });
    expect(seen).toEqual([undefined, 'alice']);
  });

  it('lets names count only where they are to, and never a gateway’s', async () => {
    const ignoring = await secure({ clientCa: authority.cert }, { commonNames: false });
    await ignoring.call(client);
    expect(ignoring.seen).toEqual([undefined]);
    const { call, seen } = await secure({ clientCa: authority.cert });
    await call(client, { metadata: { 'grpcgateway-accept': '*/*' } });
    expect(seen).toEqual([undefined]);
  });

  it('answers HTTP/1.1 on the same port', async () => {
    const { served } = await secure({});
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: portOf(served.addresses[0]), path: '/nope', ca: authority.cert };
      https.get(options, ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
    expect(response).toBe(404);
  });

  it('tells the log of a client that speaks plaintext', async () => {
    const { served, log } = await secure({});
    expect(await rejection(ask(served.addresses[0]))).toMatchObject({ code: StatusCode.Unavailable });
    await until(() => log.length > 0);
    expect(log[0]).toMatchObject({ level: 'warn' });
  });

  it('is for who asks for it where both are served, and names count only with it', async () => {
    const both: Listener = { address: loopback, secure: 'optional' };
    const { served, call, seen } = await secure({ clientCa: authority.cert }, { listeners: [both] });
    await call(client);
    await ask(served.addresses[0]);
    expect(seen).toEqual(['alice', undefined]);
    expect(await rejection(call(stranger))).toMatchObject({ code: StatusCode.Unavailable });
    const port = portOf(served.addresses[0]);
    expect((await fetch(`http://127.0.0.1:${port}/nope`)).status).toBe(404);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/nope', ca: authority.cert, ...client };
      https.get(options, ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
    expect(status).toBe(404);
  });

  it('and without it on one port: whoever is silent, or breaks off, harms nobody, and is gone at the end', async () => {
    const both: Listener = { address: loopback, secure: 'optional' };
    const { served } = await secure({}, { listeners: [both] });
    const port = portOf(served.addresses[0]);
    const silent = net.connect(port, '127.0.0.1');
    const half = net.connect(port, '127.0.0.1');
    half.write(Buffer.of(0x16, 3, 1));
    net.connect(port, '127.0.0.1').destroy();
    const gone = [silent, half].map(
      (socket) => new Promise((resolve) => socket.on('error', () => {}).on('close', resolve)),
    );
    expect(await ask(served.addresses[0])).toMatchObject({ kvs: [] });
    await served.close();
    await Promise.all(gone);
  });

  it.each<readonly [string, Partial<ServeOptions>, RegExp]>([
    ['no certificate at all', {}, /there is no certificate/],
    ['no PEM', { tls: { cert: 'x', key: 'y' } }, /PEM/],
    [
      'client certificates without an authority',
      { tls: { cert: '', key: '', clientCertificates: 'required' } },
      /no authority/,
    ],
  ])('refuses %s', async (_, options, message) => {
    const listeners = [{ address: loopback, secure: true }];
    await expect(serveMember(fakeMember().member, { listeners, ...options })).rejects.toThrow(message);
  });
});

describe('closing', () => {
  it('frees ports, paths and connections, whatever they are doing, once and twice', async () => {
    const path = join(scratch(), 'socket');
    const listeners: Listener[] = [{ address: loopback }, { address: { kind: 'unix', path } }];
    const served = await serveMember(new TinyMember().asMember(), { listeners });
    const silent = net.connect(portOf(served.addresses[0]), '127.0.0.1');
    const half = net.connect(path);
    const sockets = [silent, half];
    for (const socket of sockets) socket.on('error', () => {});
    const gone = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve))));
    half.write('GET /hea');
    await ask(served.addresses[0]);
    await Promise.all([served.close(), served.close()]);
    await gone;
    expect(existsSync(path)).toBe(false);
    expect(await rejection(ask(served.addresses[0]))).toMatchObject({ code: StatusCode.Unavailable });
    const again = await serveMember(new TinyMember().asMember(), { listeners: [{ address: served.addresses[0]! }] });
    await again.close();
  });

  it('refuses connections in memory from then on', async () => {
    const { served, channel } = await serving(new TinyMember().asMember());
    await served.close();
    expect(await rejection(channel().unary(kv.range, {}))).toMatchObject({ code: StatusCode.Unavailable });
  });

  it('leaves nothing that keeps a process alive', async () => {
    const before = process.getActiveResourcesInfo().length;
    const listeners: Listener[] = [{ address: loopback }];
    const served = await serveMember(new TinyMember().asMember({ hasLeader: () => false }), { listeners });
    const channel = new Channel(served.addresses[0]!);
    await channel.unary(kv.range, { key: bytes('k') });
    channel.close();
    await served.close(1_000);
    await until(() => process.getActiveResourcesInfo().length <= before);
  });
});
