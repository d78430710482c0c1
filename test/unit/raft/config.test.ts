import { describe, expect, it } from 'vitest';
import { type Config, MemoryStorage, RaftError, RaftNode } from '../../../src/raft/index.ts';

const valid: Config = {
  id: 1n,
  electionTicks: 10,
  heartbeatTicks: 1,
  maxInflightMessages: 1,
  storage: new MemoryStorage(),
  randomInt: () => 0,
};

describe('a config', () => {
  it('needs little', () => {
    expect(new RaftNode(valid).basicStatus()).toMatchObject({ id: 1n, role: 'follower', term: 0n });
  });

  it.each<{ wrong: Partial<Config>; says: string }>([
    { wrong: { id: 0n }, says: 'id must not be 0' },
    { wrong: { id: -1n }, says: 'id must not be that of a local storage thread' },
    { wrong: { id: 0xffff_ffff_ffff_fffen }, says: 'id must not be that of a local storage thread' },
    { wrong: { id: 0xffff_ffff_ffff_ffffn }, says: 'id must not be that of a local storage thread' },
    { wrong: { heartbeatTicks: 0 }, says: 'heartbeatTicks must be a whole number greater than 0' },
    { wrong: { heartbeatTicks: 1.5 }, says: 'heartbeatTicks must be a whole number greater than 0' },
    { wrong: { electionTicks: 1 }, says: 'electionTicks must be greater than heartbeatTicks' },
    { wrong: { electionTicks: Number.NaN }, says: 'electionTicks must be greater than heartbeatTicks' },
    { wrong: { maxInflightMessages: 0 }, says: 'maxInflightMessages must be greater than 0' },
    { wrong: { maxBytesPerMessage: -1 }, says: 'maxBytesPerMessage must not be negative' },
    { wrong: { maxApplyingBytes: 0 }, says: 'maxApplyingBytes must be greater than 0' },
    { wrong: { maxUncommittedBytes: 0 }, says: 'maxUncommittedBytes must be greater than 0' },
    { wrong: { maxInflightBytes: 0 }, says: 'maxInflightBytes must be greater than 0' },
    { wrong: { maxInflightBytes: 9 }, says: 'maxInflightBytes must be at least maxBytesPerMessage' },
    {
      wrong: { maxInflightBytes: 9, maxBytesPerMessage: 10 },
      says: 'maxInflightBytes must be at least maxBytesPerMessage',
    },
    { wrong: { readOnly: 'leaseBased' }, says: 'checkQuorum must be enabled when readOnly is leaseBased' },
  ])('is refused: $says ($wrong)', ({ wrong, says }) => {
    const start = () => new RaftNode({ ...valid, ...wrong });
    expect(start).toThrow(RaftError);
    expect(start).toThrow(`invalid raft config: ${says}`);
  });

  it.each<Partial<Config>>([
    { readOnly: 'leaseBased', checkQuorum: true },
    { maxInflightBytes: 10, maxBytesPerMessage: 10 },
    { maxBytesPerMessage: 0 },
  ])('is taken: %o', (config) => {
    expect(new RaftNode({ ...valid, ...config }).basicStatus().role).toBe('follower');
  });
});
