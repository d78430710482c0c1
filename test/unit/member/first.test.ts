import { afterEach, describe, expect, it } from 'vitest';
import { ANYONE, Lab, put, range, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

describe('one member', () => {
  it('elects itself and answers', async () => {
    lab = await Lab.start(1);
    const response = await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    expect(response.header?.revision).toBe(2n);
    expect(valueOf(await lab.wait(lab.leader.kv.range(range('a'), ANYONE)))).toBe('1');
  });
});

describe('three members', () => {
  it('agree', async () => {
    lab = await Lab.start(3);
    await lab.wait(lab.followers[0]!.kv.put(put('a', '1'), ANYONE));
    for (const member of lab.members) expect(valueOf(await lab.wait(member.kv.range(range('a'), ANYONE)))).toBe('1');
  });
});
