import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeepAlive } from '../../../src/grpc/keepalive.ts';

/** A peer whose bytes, pings and death are counted. */
function watched() {
  const peer = { bytes: 0, pings: 0, deaths: 0, answer: () => {} };
  const keepAlive = new KeepAlive(
    {
      bytesRead: () => peer.bytes,
      ping: (onAnswer) => {
        peer.pings += 1;
        peer.answer = onAnswer;
      },
      dead: () => {
        peer.deaths += 1;
      },
    },
    { timeMs: 1000, timeoutMs: 300 },
  );
  return { peer, keepAlive };
}

describe('KeepAlive', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('pings an idle peer, and declares a silent one dead', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    vi.advanceTimersByTime(999);
    expect(peer.pings).toBe(0);
    vi.advanceTimersByTime(1);
    expect(peer).toMatchObject({ pings: 1, deaths: 0 });
    vi.advanceTimersByTime(299);
    expect(peer.deaths).toBe(0);
    vi.advanceTimersByTime(2);
    expect(peer).toMatchObject({ pings: 1, deaths: 1 });
    vi.advanceTimersByTime(100_000);
    expect(peer).toMatchObject({ pings: 1, deaths: 1 });
  });

  it('does not ping a peer that is heard of anyway', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    for (let second = 0; second < 100; second += 1) {
      peer.bytes += 1;
      vi.advanceTimersByTime(1000);
    }
    expect(peer).toMatchObject({ pings: 0, deaths: 0 });
  });

  it('begins anew with the answer', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    for (let round = 1; round <= 5; round += 1) {
      vi.advanceTimersByTime(1000);
      expect(peer.pings).toBe(round);
      vi.advanceTimersByTime(100);
      peer.answer();
    }
    expect(peer.deaths).toBe(0);
  });

  it('begins anew when any byte came instead of the answer', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    for (let round = 1; round <= 5; round += 1) {
      vi.advanceTimersByTime(1000);
      expect(peer.pings).toBe(round);
      peer.bytes += 1;
      vi.advanceTimersByTime(301);
    }
    expect(peer.deaths).toBe(0);
  });

  it('ignores an answer that comes after it was stopped', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    vi.advanceTimersByTime(1000);
    keepAlive.stop();
    peer.answer();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('believes what arrives while the process catches up after a pause', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    vi.advanceTimersByTime(1000);
    // The timer is due, but the bytes that waited in the socket are read right after it.
    setTimeout(() => {
      peer.bytes += 1;
    }, 300);
    vi.advanceTimersByTime(400);
    expect(peer.deaths).toBe(0);
  });

  it('pings at once when a connection that was silent for long is used again', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    vi.advanceTimersByTime(500);
    peer.bytes += 1;
    keepAlive.stop();
    vi.advanceTimersByTime(400);
    keepAlive.start();
    vi.advanceTimersByTime(599);
    expect(peer.pings).toBe(0);
    vi.advanceTimersByTime(1);
    expect(peer.pings).toBe(1);
    keepAlive.stop();
    vi.advanceTimersByTime(60_000);
    keepAlive.start();
    vi.advanceTimersByTime(1);
    expect(peer.pings).toBe(2);
    vi.advanceTimersByTime(301);
    expect(peer.deaths).toBe(1);
  });

  it('stops at once', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    keepAlive.stop();
    vi.advanceTimersByTime(10_000);
    expect(peer).toMatchObject({ pings: 0, deaths: 0 });
    keepAlive.start();
    vi.advanceTimersByTime(1);
    keepAlive.stop();
    vi.advanceTimersByTime(10_000);
    expect(peer).toMatchObject({ pings: 1, deaths: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops even between a due answer and the verdict', () => {
    const { peer, keepAlive } = watched();
    keepAlive.start();
    vi.advanceTimersByTime(1000);
    setTimeout(() => keepAlive.stop(), 300);
    vi.advanceTimersByTime(1000);
    expect(peer.deaths).toBe(0);
  });
});
