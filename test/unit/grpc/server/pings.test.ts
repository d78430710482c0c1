import type { ClientHttp2Session } from 'node:http2';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/base/index.ts';
import { IdleWatch } from '../../../../src/grpc/server/idle-watch.ts';
import { PingPolice } from '../../../../src/grpc/server/ping-police.ts';
import { exchange, frame, grpcHeaders, methods, start } from './harness.ts';

describe('PingPolice', () => {
  it('bears two early pings, and not the third', () => {
    const clock = new VirtualClock();
    const police = new PingPolice(clock, 5000);
    const verdicts = [0, 4999, 4999, 4999].map((waitMs) => {
      clock.advance(waitMs);
      return police.takePing(true);
    });
    expect(verdicts).toEqual([false, false, false, true]);
  });

  it('has nothing against pings at their time', () => {
    const clock = new VirtualClock();
    const police = new PingPolice(clock, 5000);
    for (let turn = 0; turn < 100; turn += 1) {
      clock.advance(5000);
      expect(police.takePing(true)).toBe(false);
    }
  });

  it('wants fewer of a client without calls', () => {
    const clock = new VirtualClock();
    const police = new PingPolice(clock, 5000);
    const verdicts = [0, 5000, 5000, 5000].map((waitMs) => {
      clock.advance(waitMs);
      return police.takePing(false);
    });
    expect(verdicts).toEqual([false, false, false, true]);
  });

  it('forgets when something was sent', () => {
    const police = new PingPolice(new VirtualClock(), 5000);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(police.takePing(true)).toBe(false);
      if (turn % 2 === 1) police.noteSent();
    }
  });
});

describe('a client that pings too often', () => {
  const ping = (session: ClientHttp2Session): Promise<unknown> => new Promise((resolve) => session.ping(resolve));

  it('is told why and cut off', async () => {
    const { raw } = await start((server) => server.unary(methods.one, () => new Promise(() => {})), {
      minPingIntervalMs: 60_000,
    });
    const session = raw();
    await new Promise((resolve) => session.on('remoteSettings', resolve));
    const goaway = new Promise((resolve) =>
      session.on('goaway', (code, _last, data) => resolve([code, Buffer.from(data ?? []).toString()])),
    );
    const closed = new Promise((resolve) => session.on('close', resolve));
    void exchange(session, grpcHeaders, frame('x'));
    for (let turn = 0; turn < 5; turn += 1) void ping(session);
    expect(await goaway).toEqual([11, 'too_many_pings']);
    await closed;
  });

  it('goes unpunished where it is not forbidden', async () => {
    const { raw } = await start((server) => server.unary(methods.one, async (request) => request));
    const session = raw();
    await new Promise((resolve) => session.on('remoteSettings', resolve));
    for (let turn = 0; turn < 20; turn += 1) expect(await ping(session)).toBeNull();
    expect((await exchange(session, grpcHeaders, frame('x'))).body).toEqual(frame('x'));
  });
});

describe('IdleWatch', () => {
  function watched() {
    const clock = new VirtualClock();
    const seen = { bytes: 0, pings: 0, dead: 0 };
    const watch = new IdleWatch(
      clock,
      { idleMs: 1000, timeoutMs: 100 },
      {
        bytesRead: () => seen.bytes,
        ping: () => (seen.pings += 1),
        dead: () => (seen.dead += 1),
      },
    );
    return { clock, seen, watch };
  }

  it('pings the silent, and gives up those that stay so', () => {
    const { clock, seen } = watched();
    clock.advance(999);
    expect(seen).toMatchObject({ pings: 0, dead: 0 });
    clock.advance(1);
    expect(seen).toMatchObject({ pings: 1, dead: 0 });
    clock.advance(100);
    expect(seen).toMatchObject({ pings: 1, dead: 1 });
    clock.advance(100_000);
    expect(seen).toMatchObject({ pings: 1, dead: 1 });
  });

  it('leaves those alone that talk, or answer', () => {
    const { clock, seen } = watched();
    for (let turn = 0; turn < 10; turn += 1) {
      seen.bytes += 1;
      clock.advance(1000);
    }
    expect(seen).toMatchObject({ pings: 0, dead: 0 });
    for (let turn = 1; turn <= 10; turn += 1) {
      clock.advance(1000);
      expect(seen).toMatchObject({ pings: turn, dead: 0 });
      seen.bytes += 17;
      clock.advance(100);
    }
    expect(seen.dead).toBe(0);
  });

  it('leaves no timer', () => {
    const { clock, seen, watch } = watched();
    clock.advance(1000);
    watch.stop();
    clock.advance(10_000);
    expect(seen).toMatchObject({ pings: 1, dead: 0 });
  });

  it('ends the connection of a client that has vanished', async () => {
    const clock = new VirtualClock();
    const { port, server } = await start((made) => made.unary(methods.one, async (request) => request), {
      clock,
      keepAlive: { idleMs: 1000, timeoutMs: 100 },
    });
    const socket = net.connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.resume().on('error', () => {});
    // It begins as a client does, and then never answers anything.
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    await new Promise((resolve) => socket.once('data', resolve));
    clock.advance(1000);
    clock.advance(100);
    await closed;
    expect(server.load.connections).toBe(0);
  });
});
