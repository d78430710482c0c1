import { describe, expect, it } from 'vitest';
import { Side } from './side.ts';

describe('a request that no member makes', () => {
  const ask = async (side: Side, path: string, init: RequestInit = {}): Promise<[number, string]> => {
    const response = await fetch(side.url + path, init);
    return [response.status, (await response.text()).trim()];
  };
  const ours = {
    'X-Server-From': '1',
    'X-Server-Version': '3.7.0',
    'X-Min-Cluster-Version': '3.0.0',
    'X-Etcd-Cluster-ID': 'c1',
  };

  it.each<[string, RequestInit, number, string]>([
    ['/raft', {}, 405, 'Method Not Allowed'],
    ['/raft', { method: 'POST', body: 'x' }, 412, 'incompatible version'],
    ['/raft', { method: 'POST', body: 'x', headers: ours }, 400, 'a raft message cannot be decoded'],
    [
      '/raft/snapshot',
      { method: 'POST', body: 'x', headers: ours },
      400,
      'failed to decode raft message (unexpected EOF)',
    ],
    ['/raft/stream/other/1', { headers: ours }, 404, 'invalid path'],
    ['/raft/stream/message/xyz', { headers: ours }, 404, 'invalid from'],
    ['/raft/stream/message/9', { headers: ours }, 404, 'error sender not found'],
    ['/members/promote/x', { method: 'POST' }, 404, 'member x not found in cluster'],
    ['/members', { method: 'POST' }, 405, 'Method Not Allowed'],
    ['/other', {}, 404, '404 page not found'],
  ])('%s %j is refused', async (path, init, status, text) => {
    const side = await Side.start(2n);
    expect(await ask(side, path, init)).toEqual([status, text]);
  });

  it('reaches someone else', async () => {
    const side = await Side.start(2n);
    side.link.addPeer(1n, ['http://127.0.0.1:1']);
    expect(await ask(side, '/raft/stream/message/1', { headers: { ...ours, 'X-Raft-To': '3' } })).toEqual([
      412,
      'to field mismatch',
    ]);
  });

  it('probes', async () => {
    const [status, text] = await ask(await Side.start(2n), '/raft/probing');
    expect([status, text.startsWith('{"OK":true,"Now":"')]).toEqual([200, true]);
  });
});
