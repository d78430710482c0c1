import { describe, expect, it } from 'vitest';
import { ClientError, explanationLines } from '../../../src/client/index.ts';

describe('ClientError', () => {
  const explanations = [
    { endpoint: 'a:1', cause: 'connection refused', hint: 'start it' },
    { endpoint: 'b:1', cause: 'no route', hint: 'start it' },
    { cause: 'something of no endpoint' },
  ];

  it('gives a line per cause, then each hint once', () => {
    expect(new ClientError('rpc', 'x', { explanations }).lines()).toEqual([
      'a:1: connection refused',
      'b:1: no route',
      'something of no endpoint',
      'hint: start it',
    ]);
  });

  it('says nothing twice', () => {
    expect(explanationLines([{ cause: 'same' }, { cause: 'same' }])).toEqual(['same']);
  });

  it('can be wrapped without losing what it knows', () => {
    const inner = new ClientError('rpc', 'inner', { code: 5, explanations });
    const outer = inner.wrap('outer (inner)', 'construction');
    expect(outer).toMatchObject({
      kind: 'construction',
      message: 'outer (inner)',
      code: 5,
      explanations,
      cause: inner,
    });
    expect(new ClientError('config', 'inner').wrap('outer')).toMatchObject({ kind: 'config', code: undefined });
  });
});
