import { describe, expect, it } from 'vitest';
import { appMessage, makeStations, settle, type Station } from './station.ts';

function trio(): ReturnType<typeof makeStations> & { readonly a: Station; readonly b: Station; readonly c: Station } {
  const stations = makeStations();
  return { ...stations, a: stations.station(1n), b: stations.station(2n), c: stations.station(3n) };
}

describe('messages', () => {
  it('arrive in order, and never from within the call that sends them', async () => {
    const { a, b, c } = trio();
    for (const number of [1, 2, 3]) a.say(2n, number);
    a.link.send([appMessage(1n, 3n, 4), appMessage(1n, 2n, 5)]);
    expect(b.heard).toEqual([]);
    await settle();
    expect(b.heard).toEqual([1n, 2n, 3n, 5n]);
    expect(c.heard).toEqual([4n]);
  });

  it('to who is not a peer are dropped', async () => {
    const { a, b } = trio();
    a.link.removePeer(2n);
    a.say(2n, 1);
    await settle();
    expect(b.heard).toEqual([]);
    expect(a.events).toEqual([]);
  });

  it('of another cluster are not for this one', async () => {
    const { station, a } = trio();
    const stranger = station(9n, { clusterId: 8n });
    stranger.say(1n, 1);
    await settle();
    expect(a.heard).toEqual([]);
  });

  it('to a member that is gone are told to be lost, once for all', async () => {
    const { a, b } = trio();
    b.link.close();
    a.link.send([appMessage(1n, 2n, 1), appMessage(1n, 2n, 2)]);
    expect(a.events).toEqual([]);
    await settle();
    expect(a.events).toEqual(['unreachable 2']);
  });

  it('from a member that was removed are answered with that', async () => {
    const { a, b } = trio();
    b.link.removePeer(1n);
    a.say(2n, 1);
    await settle();
    expect(b.heard).toEqual([]);
    expect(a.events).toEqual(['removed']);
  });

  it('are heard no more by who has left, though they were under way', async () => {
    const { a, b } = trio();
    a.say(2n, 1);
    b.link.close();
    await settle();
    expect(b.heard).toEqual([]);
  });

  it('reach who comes back under its id', async () => {
    const { station, a, b } = trio();
    b.link.close();
    const again = station(2n);
    a.say(2n, 1);
    await settle();
    expect(again.heard).toEqual([1n]);
    expect(b.heard).toEqual([]);
  });
});

it('lets no two members have the same id', () => {
  const { station } = trio();
  expect(() => station(0x1n)).toThrow('member 1 is on the network already');
});

describe('a partition', () => {
  it('keeps messages out, in both directions, and is told of', async () => {
    const { network, a, b, c } = trio();
    network.faults.partition([[1n], [2n, 3n]]);
    a.say(2n, 1);
    b.say(1n, 2);
    b.say(3n, 3);
    await settle();
    expect([a.heard, b.heard, c.heard]).toEqual([[], [], [3n]]);
    expect([a.events, b.events, c.events]).toEqual([['unreachable 2'], ['unreachable 1'], []]);
  });

  it('takes what is under way when it begins', async () => {
    const { network, clock, a, b } = trio();
    network.faults.delay({ minMs: 10, maxMs: 10 }, {});
    a.say(2n, 1);
    network.faults.partition([[1n], [2n]]);
    clock.advance(20);
    await settle();
    expect(b.heard).toEqual([]);
  });

  it('ends where the network heals', async () => {
    const { network, a, b } = trio();
    network.faults.partition([[1n], [2n]]);
    network.faults.heal();
    a.say(2n, 1);
    await settle();
    expect(b.heard).toEqual([1n]);
  });
});

describe('loss and delay', () => {
  it('drop what the seed says and keep the rest in order', async () => {
    const { network, a, b } = trio();
    network.faults.drop(0.5, { from: 1n, to: 2n });
    for (let number = 1; number <= 100; number++) a.say(2n, number);
    await settle();
    expect(b.heard.length).toBeGreaterThan(30);
    expect(b.heard.length).toBeLessThan(70);
    expect(b.heard).toEqual(b.heard.toSorted((x, y) => Number(x - y)));
  });

  it('let nothing overtake on one way', async () => {
    const { network, clock, a, b } = trio();
    network.faults.delay({ minMs: 0, maxMs: 50 }, {});
    for (let number = 1; number <= 50; number++) a.say(2n, number);
    network.faults.heal();
    a.say(2n, 51);
    await settle();
    expect(b.heard).not.toContain(51n);
    clock.advance(60);
    await settle();
    expect(b.heard).toEqual(Array.from({ length: 51 }, (_, index) => BigInt(index + 1)));
  });

  it('hold nothing back on another way', async () => {
    const { network, clock, a, b, c } = trio();
    network.faults.delay({ minMs: 10, maxMs: 10 }, { to: 2n });
    a.say(2n, 1);
    a.say(3n, 2);
    await settle();
    expect([b.heard, c.heard]).toEqual([[], [2n]]);
    clock.advance(9);
    await settle();
    expect(b.heard).toEqual([]);
    clock.advance(1);
    await settle();
    expect(b.heard).toEqual([1n]);
  });

  it('leave no timer when the network closes', () => {
    const { network, clock, a, b } = trio();
    network.faults.delay({ minMs: 10, maxMs: 10 }, {});
    a.say(2n, 1);
    network.close();
    clock.advance(20);
    expect(network.mail.isQuiet).toBe(true);
    expect(b.heard).toEqual([]);
  });
});

describe('a member that stands still', () => {
  it('hears everything when it goes on, in order', async () => {
    const { network, a, b } = trio();
    network.at(2n)?.hold();
    a.say(2n, 1);
    a.say(2n, 2);
    await settle();
    expect(b.heard).toEqual([]);
    network.at(2n)?.release();
    a.say(2n, 3);
    await settle();
    expect(b.heard).toEqual([1n, 2n, 3n]);
  });

  it('keeps only so much', async () => {
    const { network, a, b } = trio();
    network.at(2n)?.hold();
    for (let number = 1; number <= 5000; number++) a.say(2n, number);
    await settle();
    network.at(2n)?.release();
    await settle();
    expect(b.heard.length).toBe(4096);
  });

  it('answers when it goes on', async () => {
    const { network, station, a } = trio();
    station(4n, { service: { leaseRenew: async () => 5n } });
    network.at(4n)?.hold();
    let answer: bigint | undefined;
    const asked = a.link
      .ask(4n)
      .leaseRenew(1n)
      .then((ttl) => {
        answer = ttl;
      });
    await settle();
    expect(answer).toBeUndefined();
    network.at(4n)?.release();
    await asked;
    expect(answer).toBe(5n);
  });
});

describe('questions', () => {
  it('come back with the answer, or with the refusal', async () => {
    const { station, a } = trio();
    station(4n, {
      service: {
        leaseRenew: async (id) => id + 1n,
        downgradeEnabled: () => Promise.reject(new Error('not the leader')),
      },
    });
    await expect(a.link.ask(4n).leaseRenew(41n)).resolves.toBe(42n);
    await expect(a.link.ask(4n).downgradeEnabled()).rejects.toThrow('not the leader');
  });

  it('fail at once where the way is cut, there or back', async () => {
    const { network, station, a } = trio();
    station(4n, {
      service: {
        leaseRenew: async () => {
          network.faults.partition([[1n], [4n]]);
          return 1n;
        },
      },
    });
    await expect(a.link.ask(4n).leaseRenew(1n)).rejects.toThrow('member 1 can not be reached');
    await expect(a.link.ask(4n).leaseRenew(1n)).rejects.toThrow('member 4 can not be reached');
    await expect(a.link.ask(77n).leaseRenew(1n)).rejects.toThrow('member 4d can not be reached');
  });

  it('find a cluster by the peer URLs of its members', async () => {
    const { network, station } = trio();
    station(4n, { service: { cluster: async () => ({ clusterId: 7n, members: [] }) } });
    await expect(network.clusterAt(['http://nobody', 'http://m4'])).resolves.toEqual({ clusterId: 7n, members: [] });
    await expect(network.clusterAt(['http://nobody'])).rejects.toThrow('no member answers at http://nobody');
  });
});

describe('an image', () => {
  const image = (text: string, between: () => void = () => undefined) => ({
    sizeBytes: BigInt(text.length),
    version: '3.7.0',
    chunks: (async function* () {
      for (const letter of text) {
        yield Buffer.from(letter);
        between();
      }
    })(),
  });

  it('arrives whole, with its message', async () => {
    const { a, b } = trio();
    await a.link.sendSnapshot(appMessage(1n, 2n, 9), image('abc'));
    expect(b.images).toEqual(['9:abc']);
  });

  it('fails when the network is cut on its way', async () => {
    const { network, a, b } = trio();
    const sent = a.link.sendSnapshot(
      appMessage(1n, 2n, 9),
      image('abc', () => network.faults.partition([[1n], [2n]])),
    );
    await expect(sent).rejects.toThrow('member 2 can not be reached');
    expect(b.images).toEqual([]);
  });

  it('is not taken from a member that was removed', async () => {
    const { a, b } = trio();
    b.link.removePeer(1n);
    await expect(a.link.sendSnapshot(appMessage(1n, 2n, 9), image('abc'))).rejects.toThrow(/removed/);
  });
});

describe('connections', () => {
  it('are known since when they stand, and count as proved by then', () => {
    const { network, clock, a, b } = trio();
    expect([a.link.activeSince(2n), a.link.activeSince(3n), a.link.activeSince(4n)]).toEqual([-5000, -5000, undefined]);
    clock.advance(100);
    network.faults.partition([[1n, 3n], [2n]]);
    network.changed();
    expect([a.link.activeSince(2n), a.link.activeSince(3n), b.link.activeSince(1n)]).toEqual([
      undefined,
      -5000,
      undefined,
    ]);
    network.faults.heal();
    network.changed();
    expect([a.link.activeSince(2n), b.link.activeSince(1n)]).toEqual([-4900, -4900]);
    b.link.close();
    expect(a.link.activeSince(2n)).toBeUndefined();
  });

  it('end with the peer', () => {
    const { a } = trio();
    a.link.removePeer(3n);
    expect(a.link.activeSince(3n)).toBeUndefined();
  });
});
