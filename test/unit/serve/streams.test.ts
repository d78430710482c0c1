import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import type { WatchSession, WatchSink } from '../../../src/member/index.ts';
import { EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import type { WatchRequest, WatchResponse } from '../../../src/wire/index.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { watch } from '../../../src/wire/services/watch.ts';
import { until } from '../../support/until.ts';
import { drain, rejection } from '../grpc/methods.ts';
import { fakeMember, header } from './fake-member.ts';
import { bytes, collect, serving } from './harness.ts';

describe('a snapshot', () => {
  async function take(pieces: readonly number[], announced = pieces.reduce((sum, size) => sum + size, 0)) {
    const image = Buffer.alloc(
      pieces.reduce((sum, size) => sum + size, 0),
      'the image of a database ',
    );
    async function* chunks() {
      let at = 0;
      for (const size of pieces) {
        yield image.subarray(at, at + size);
        at += size;
      }
    }
    const snapshot = async () => ({ sizeBytes: BigInt(announced), version: '3.7.0', chunks: chunks() });
    const { channel } = await serving(fakeMember({ maintenance: { snapshot } }).member);
    return { image, ...(await drain(collect(channel(), maintenance.snapshot, {}))) };
  }

  const KIB = 1024;
  it.each([
    ['nothing', [], 0],
    ['one byte', [1], 1],
    ['a blob', [32 * KIB], 1],
    ['a byte more', [32 * KIB, 1], 2],
    ['many small pieces', Array.from({ length: 100 }, () => 1000), 4],
    ['one large piece', [1000 * KIB + 5], 32],
    ['pieces across blobs', [5 * KIB, 40 * KIB, 40 * KIB], 3],
  ])('of %s', async (_, pieces, blobs) => {
    const { image, received, error } = await take(pieces);
    expect(error).toBeUndefined();
    expect(received.length).toBe(blobs + 1);
    const last = received.pop();
    expect(Buffer.concat(received.map(({ blob }) => blob)).equals(image)).toBe(true);
    expect(Buffer.from(last?.blob ?? []).equals(createHash('sha256').update(image).digest())).toBe(true);
    expect(received.slice(0, -1).every(({ blob }) => blob.byteLength === 32 * KIB)).toBe(true);
    let remaining = BigInt(image.byteLength);
    for (const response of received) {
      remaining -= BigInt(response.blob.byteLength);
      expect(response).toMatchObject({ remaining_bytes: remaining, version: '3.7.0', header: undefined });
    }
    expect(last).toMatchObject({ remaining_bytes: 0n, version: '3.7.0' });
  });

  it('that comes out short has no digest', async () => {
    const { received, error } = await take([100], 200);
    expect(received.length).toBe(1);
    expect(error).toMatchObject({
      code: StatusCode.Unknown,
      details: 'the snapshot came out 100 bytes shorter than announced',
    });
  });

  it('is refused before its first byte', async () => {
    const snapshot = () => Promise.reject(refuse.permissionDenied());
    const { channel } = await serving(fakeMember({ maintenance: { snapshot } }).member);
    const { received, error } = await drain(collect(channel(), maintenance.snapshot, {}));
    expect(received).toEqual([]);
    expect(error).toMatchObject({ code: StatusCode.PermissionDenied, details: 'etcdserver: permission denied' });
  });

  it('is not read any further when its client has gone or does not read', async () => {
    let taken = 0;
    let isClosed = false;
    async function* chunks() {
      try {
        for (;;) {
          taken += 1;
          yield Buffer.alloc(32 * KIB);
        }
      } finally {
        isClosed = true;
      }
    }
    const snapshot = async () => ({ sizeBytes: 2n ** 40n, version: '3.7.0', chunks: chunks() });
    const { channel } = await serving(fakeMember({ maintenance: { snapshot } }).member);
    const call = channel().open(maintenance.snapshot);
    void call.write({});
    call.end();
    await call[Symbol.asyncIterator]().next();
    for (let before = -1; before !== taken; await new Promise((resolve) => setTimeout(resolve, 100))) before = taken;
    expect(taken).toBeLessThan(1000);
    call.cancel();
    await until(() => isClosed);
  });
});

describe('keep-alives', () => {
  it('are answered one by one in order, and the stream ends when the client half-closes', async () => {
    let running = 0;
    const keepAlive = async (ID: bigint) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { header: header(), ID, TTL: ID * 2n };
    };
    const { channel } = await serving(fakeMember({ lease: { keepAlive } }).member);
    const call = channel().open(lease.leaseKeepAlive);
    for (let ID = 1n; ID <= 20n; ID += 1n) void call.write({ ID });
    call.end();
    const { received, error } = await drain(call);
    expect(error).toBeUndefined();
    expect(received.map(({ ID, TTL }) => [ID, TTL])).toEqual(
      Array.from({ length: 20 }, (_, at) => [BigInt(at + 1), BigInt(at + 1) * 2n]),
    );
  });

  it('end with the refusal of one', async () => {
    const keepAlive = () => Promise.reject(refuse.timeout());
    const { channel } = await serving(fakeMember({ lease: { keepAlive } }).member);
    const call = channel().open(lease.leaseKeepAlive);
    void call.write({ ID: 1n });
    expect(await drain(call)).toMatchObject({
      error: { code: StatusCode.Unavailable, details: refuse.timeout().message },
    });
  });
});

describe('a watch stream', () => {
  /** A member that hands out its end of one stream. */
  async function opened() {
    const heard: unknown[] = [];
    let sink: WatchSink | undefined;
    const session: WatchSession = {
      request: (request: WatchRequest) => heard.push(request),
      drained: () => heard.push('drained'),
      close: () => heard.push('close'),
    };
    const { member } = fakeMember({
      watch: (_caller, opener) => {
        sink = opener;
        return session;
      },
    });
    const { channel } = await serving(member);
    const call = channel().open(watch.watch);
    await call.write({ progress_request: {} });
    await until(() => heard.length === 1);
    return { heard, call, sink: sink! };
  }

  const response = (id: bigint, more: Partial<WatchResponse> = {}): WatchResponse => ({
    header: header(),
    watch_id: id,
    created: false,
    canceled: false,
    compact_revision: 0n,
    cancel_reason: '',
    fragment: false,
    events: [],
    ...more,
  });

  it('hands requests and responses on as they are, in order', async () => {
    const { heard, call, sink } = await opened();
    await call.write({
      create_request: { key: bytes('a'), range_end: bytes('b'), filters: [1], watch_id: 7n, fragment: true },
    });
    await call.write({ cancel_request: { watch_id: 7n } });
    await until(() => heard.length === 3);
    expect(heard).toMatchObject([
      { progress_request: {} },
      { create_request: { key: bytes('a'), range_end: bytes('b'), filters: [1], watch_id: 7n, fragment: true } },
      { cancel_request: { watch_id: 7n } },
    ]);
    const iterator = call[Symbol.asyncIterator]();
    for (const sent of [response(1n, { created: true }), response(-1n), response(1n, { fragment: true })]) {
      sink.send(sent);
      expect((await iterator.next()).value).toEqual(sent);
    }
  });

  it('is closed when the client goes', async () => {
    const { heard, call } = await opened();
    call.cancel();
    await until(() => heard.includes('close'));
  });

  it('outlives a half-close', async () => {
    const { heard, call, sink } = await opened();
    call.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    sink.send(response(5n));
    expect((await call[Symbol.asyncIterator]().next()).value).toMatchObject({ watch_id: 5n });
    expect(heard).not.toContain('close');
  });

  it('ends when the member says so, and why', async () => {
    const { call, sink } = await opened();
    sink.send(response(1n));
    sink.end(new EtcdError(14, 'etcdserver: server stopped'));
    expect(await drain(call)).toMatchObject({
      received: [{ watch_id: 1n }],
      error: { code: 14, details: 'etcdserver: server stopped' },
    });
  });

  it('ends well when the member gives no reason', async () => {
    const { call, sink } = await opened();
    sink.end();
    expect(await drain(call)).toEqual({ received: [] });
  });

  it('tells the member when to hold back, and when to go on', async () => {
    const { heard, call, sink } = await opened();
    expect(sink.isReady()).toBe(true);
    const value = Buffer.alloc(64 * 1024);
    const event = {
      type: 0 as const,
      prev_kv: undefined,
      kv: { key: value, value, create_revision: 1n, mod_revision: 1n, version: 1n, lease: 0n },
    };
    let sent = 0;
    // A member that keeps to it; the client does not read.
    while (sent < 2000) {
      if (!sink.isReady()) await new Promise((resolve) => setTimeout(resolve, 20));
      if (!sink.isReady()) break;
      sink.send(response(1n, { events: [event] }));
      sent += 1;
    }
    expect(sink.isReady()).toBe(false);
    expect(sent).toBeLessThan(400);
    const drainedBefore = heard.filter((what) => what === 'drained').length;
    const iterator = call[Symbol.asyncIterator]();
    for (let read = 0; read < sent; read += 1) expect((await iterator.next()).done).toBe(false);
    await until(() => heard.filter((what) => what === 'drained').length > drainedBefore);
    expect(sink.isReady()).toBe(true);
  });

  it('is refused where the member refuses', async () => {
    const { member } = fakeMember({
      watch: () => {
        throw refuse.invalidAuthToken();
      },
    });
    const { channel } = await serving(member);
    const call = channel().open(watch.watch);
    expect(await rejection(call[Symbol.asyncIterator]().next())).toMatchObject({ code: StatusCode.Unauthenticated });
  });
});
