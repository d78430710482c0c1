import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { Figures } from '../../../src/figures/index.ts';
import { PeerFigures } from '../../../src/peer/peer-figures.ts';
import { PeerStatus } from '../../../src/peer/status.ts';

function watched() {
  const told: unknown[] = [];
  const figures = new PeerFigures(new Figures(), 1n, 2n);
  const status = new PeerStatus(
    new VirtualClock(),
    ({ fields }) => told.push(fields['error'] ?? 'active'),
    figures,
    1n,
    2n,
  );
  return { told, status };
}

describe('whether a peer can be reached', () => {
  it('is told once for each reason that it cannot be', () => {
    const { told, status } = watched();
    for (const reason of ['refused', 'refused', 'bad certificate', 'refused', 'bad certificate'])
      status.deactivate('stream message: dial', reason);
    expect(told).toEqual(['refused', 'bad certificate']);
  });

  it('is told once for all the connections to the peer', () => {
    const { told, status } = watched();
    for (const path of ['/raft', '/raft/stream/message/1', '/raft/stream/msgapp/1'])
      status.deactivate('dial', `https://a.example:2380${path}: bad certificate`);
    expect(told).toEqual(['https://a.example:2380/raft: bad certificate']);
  });

  it('is told anew once it could be', () => {
    const { told, status } = watched();
    status.deactivate('dial', 'refused');
    status.activate();
    status.deactivate('read', 'closed');
    status.deactivate('dial', 'refused');
    expect(told).toEqual(['refused', 'active', 'closed', 'refused']);
  });

  it('does not fill the log where every attempt fails in another way', () => {
    const { told, status } = watched();
    for (let attempt = 0; attempt < 1_000; attempt += 1) status.deactivate('dial', `failed at port ${attempt}`);
    expect(told.length).toBeLessThan(10);
  });
});
