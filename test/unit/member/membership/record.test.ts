import { describe, expect, it } from 'vitest';
import { decodeRecord, encodePromotion, encodeRecord } from '../../../../src/member/membership/record.ts';
import { decodeConfState, encodeConfState } from '../../../../src/member/meta-records.ts';
import { text } from '../support.ts';

describe('records of members', () => {
  it('are written as etcd writes them', () => {
    const id = 0xffff_ffff_ffff_fffen;
    const record = { id, name: 'm', peerUrls: ['http://a:1'], clientUrls: ['http://b:2'], isLearner: false };
    expect(text(encodeRecord(record))).toBe(
      '{"id":18446744073709551614,"peerURLs":["http://a:1"],"name":"m","clientURLs":["http://b:2"]}',
    );
    expect(text(encodeRecord({ ...record, name: '', clientUrls: [], peerUrls: [], isLearner: true }))).toBe(
      '{"id":18446744073709551614,"peerURLs":null,"isLearner":true}',
    );
    expect(decodeRecord(encodeRecord(record))).toEqual({ ...record, isPromote: false });
    expect(decodeRecord(encodePromotion(id))).toMatchObject({ id, isPromote: true, peerUrls: [] });
  });

  it('are refused when they are none', () => {
    expect(() => decodeRecord(Buffer.from('[]'))).toThrow('no object');
  });

  it('of the membership as consensus has it come back as they were', () => {
    const state = { voters: [1n, 1n << 63n], learners: [3n], votersOutgoing: [], learnersNext: [], autoLeave: false };
    expect(text(encodeConfState(state))).toBe('{"voters":[1,9223372036854775808],"learners":[3],"auto_leave":false}');
    expect(decodeConfState(encodeConfState(state))).toEqual(state);
  });
});
