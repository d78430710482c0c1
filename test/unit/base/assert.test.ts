import { describe, expect, it } from 'vitest';
import { AssertionFailure, assert } from '../../../src/base/index.ts';

describe('assert', () => {
  it('lets what holds pass and narrows its type', () => {
    const value: string | undefined = ['x'][0];
    assert(value !== undefined, 'there is one');
    expect(value.length).toBe(1);
  });

  it('throws the message otherwise', () => {
    expect(() => assert(Number.isNaN(1), 'one is none')).toThrow(new AssertionFailure('one is none'));
  });
});
