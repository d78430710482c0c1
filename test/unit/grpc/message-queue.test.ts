import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageQueue } from '../../../src/grpc/message-queue.ts';

const MIB = 1024 * 1024;

function queueWithFlow(): { queue: MessageQueue; flow: string[] } {
  const flow: string[] = [];
  return { queue: new MessageQueue({ pause: () => flow.push('pause'), resume: () => flow.push('resume') }), flow };
}

const numbered = (index: number, bytes = 4): Uint8Array => {
  const message = Buffer.alloc(bytes);
  message.writeUInt32BE(index);
  return message;
};
const numberOf = (message: Uint8Array | undefined): number | undefined =>
  message && Buffer.from(message).readUInt32BE();

describe('MessageQueue', () => {
  it('hands out messages in order, whether the reader or the message comes first', async () => {
    const { queue } = queueWithFlow();
    const early = [queue.next(), queue.next()];
    for (let index = 0; index < 4; index += 1) queue.push(numbered(index));
    const late = [queue.next(), queue.next()];
    const all = await Promise.all([...early, ...late]);
    expect(all.map(numberOf)).toEqual([0, 1, 2, 3]);
  });

  it('ends for every reader', async () => {
    const { queue } = queueWithFlow();
    const waiting = [queue.next(), queue.next()];
    queue.end(undefined);
    expect(await Promise.all([...waiting, queue.next()])).toEqual([undefined, undefined, undefined]);
  });

  it('hands out what waits before the error', async () => {
    const { queue } = queueWithFlow();
    const error = new Error('broken');
    queue.push(numbered(1));
    queue.end(error);
    expect(numberOf(await queue.next())).toBe(1);
    await expect(queue.next()).rejects.toBe(error);
    await expect(queue.next()).rejects.toBe(error);
  });

  it('forgets what waits when it is cleared', async () => {
    const { queue } = queueWithFlow();
    queue.push(numbered(1));
    queue.clear();
    queue.end(undefined);
    expect(await queue.next()).toBeUndefined();
  });

  it('pauses the flow when a mebibyte waits, and resumes it when half is read', async () => {
    const { queue, flow } = queueWithFlow();
    for (let index = 0; index < 16; index += 1) queue.push(numbered(index, MIB / 16));
    expect(flow).toEqual(['pause']);
    queue.push(numbered(16, MIB));
    expect(flow).toEqual(['pause']);
    for (let index = 0; index < 16; index += 1) await queue.next();
    expect(flow).toEqual(['pause']);
    await queue.next();
    expect(flow).toEqual(['pause', 'resume']);
  });

  it('pauses the flow of a flood of empty messages too', () => {
    const { queue, flow } = queueWithFlow();
    for (let index = 0; index < 100_000; index += 1) queue.push(new Uint8Array(0));
    expect(flow).toEqual(['pause']);
  });

  it('never pauses for a reader that keeps up', async () => {
    const { queue, flow } = queueWithFlow();
    for (let index = 0; index < 100; index += 1) {
      const next = queue.next();
      queue.push(numbered(index, MIB));
      expect(numberOf(await next)).toBe(index);
    }
    expect(flow).toEqual([]);
  });

  it('keeps the order for any interleaving of reads and writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 2000, size: 'max' }), async (steps) => {
        const { queue } = queueWithFlow();
        const reads: Promise<Uint8Array | undefined>[] = [];
        let written = 0;
        for (const isWrite of steps) {
          if (isWrite) queue.push(numbered(written++));
          else reads.push(queue.next());
        }
        queue.end(undefined);
        const found = (await Promise.all(reads)).map(numberOf).filter((each) => each !== undefined);
        expect(found).toEqual(Array.from({ length: Math.min(written, reads.length) }, (_, index) => index));
      }),
      { numRuns: 50 },
    );
  });
});
