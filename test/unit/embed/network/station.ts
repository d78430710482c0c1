import { VirtualClock } from '../../../../src/base/index.ts';
import { MemberNetwork } from '../../../../src/embed/network/index.ts';
import { seededRandom } from '../../../../src/embed/random.ts';
import type { PeerLink, PeerReceiver, PeerService } from '../../../../src/member/index.ts';
import { type Message, message } from '../../../../src/raft/index.ts';

/** A member that only writes down what it is told. */
export interface Station {
  readonly id: bigint;
  readonly link: PeerLink;
  /** The `index` of the messages that came, which the tests number them by. */
  readonly heard: bigint[];
  readonly events: string[];
  readonly images: string[];
  /** Sends a message with this number. */
  say(to: bigint, number: number): void;
}

export interface Stations {
  readonly clock: VirtualClock;
  readonly network: MemberNetwork;
  readonly station: (
    id: bigint,
    options?: { readonly clusterId?: bigint; readonly service?: Partial<PeerService> },
  ) => Station;
}

const refuse = (): Promise<never> => Promise.reject(new Error('not asked in this test'));

const NO_SERVICE: PeerService = {
  leaseRenew: refuse,
  leaseTimeToLive: refuse,
  promote: refuse,
  hashKv: refuse,
  versions: refuse,
  cluster: refuse,
  downgradeEnabled: refuse,
};

/** Members 1, 2, … on one network and a clock that is moved by hand; each knows those that joined before it. */
export function makeStations(seed = 1): Stations {
  const clock = new VirtualClock();
  const network = new MemberNetwork(clock, seededRandom(seed));
  const links: [bigint, PeerLink][] = [];
  return {
    clock,
    network,
    station(id, { clusterId = 7n, service = {} } = {}) {
      const heard: bigint[] = [];
      const events: string[] = [];
      const images: string[] = [];
      const receiver: PeerReceiver = {
        message: (m) => void heard.push(m.index),
        unreachable: (other) => void events.push(`unreachable ${other}`),
        removed: () => void events.push('removed'),
        isRemoved: () => false,
        async snapshot(m, image) {
          const chunks: Uint8Array[] = [];
          for await (const chunk of image) chunks.push(chunk);
          images.push(`${m.index}:${Buffer.concat(chunks).toString()}`);
        },
        service: { ...NO_SERVICE, ...service },
      };
      const link = network.join({ id, clusterId, peerUrls: [`http://m${id}`] }, receiver);
      for (const [otherId, other] of links) {
        other.addPeer(id, [`http://m${id}`]);
        link.addPeer(otherId, [`http://m${otherId}`]);
      }
      links.push([id, link]);
      return { id, link, heard, events, images, say: (to, number) => link.send([appMessage(id, to, number)]) };
    },
  };
}

export const appMessage = (from: bigint, to: bigint, number: number): Message =>
  message('MsgApp', { from, to, index: BigInt(number), term: 1n });

/** Some turns of the event loop, in which everything arrives that is not delayed. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
