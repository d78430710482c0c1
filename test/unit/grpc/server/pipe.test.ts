import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPipe } from '../../../../src/grpc/server/index.ts';
import { until } from '../../../support/until.ts';

const read = async (end: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of end) parts.push(part);
  return Buffer.concat(parts).toString();
};

describe('openPipe', () => {
  it('carries bytes both ways, to the last one before the end', async () => {
    const { near, far } = openPipe();
    far.write('back');
    near.end('there');
    expect(await Promise.all([read(near), read(far)])).toEqual(['back', 'there']);
    expect([near.bytesRead, far.bytesRead]).toEqual([4, 5]);
  });

  it('does not share memory with what was written', async () => {
    const { near, far } = openPipe();
    const bytes = Buffer.from('kept');
    near.write(bytes);
    bytes.fill(0);
    near.end();
    expect(await read(far)).toBe('kept');
  });

  it('holds the writer back until the reader reads', async () => {
    const { near, far } = openPipe();
    let written = 0;
    const block = Buffer.alloc(16 * 1024);
    for (let turn = 0; turn < 1000 && near.write(block, () => (written += 1)); turn += 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBeLessThan(10);
    near.end();
    far.resume();
    await until(() => near.writableFinished);
  });

  it.each(['near', 'far'] as const)('is cut for both by destroying the %s end', async (which) => {
    const pipe = openPipe();
    const other = pipe[which === 'near' ? 'far' : 'near'];
    other.write(Buffer.alloc(1024 * 1024));
    pipe[which].destroy();
    await until(() => other.destroyed);
    expect(pipe[which].destroyed).toBe(true);
  });

  it('keeps a process alive exactly as long as an end is held', () => {
    const door = fileURLToPath(new URL('../../../../src/grpc/server/index.ts', import.meta.url));
    const script = (hold: string): string => `
      import { openPipe } from ${JSON.stringify(door)};
      const { near, far } = openPipe();
      ${hold}
      process.on('exit', () => console.log('ended'));`;
    const run = (hold: string): string =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script(hold)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(run('')).toBe('ended\n');
    expect(run('near.ref(); setTimeout(() => { console.log("held"); near.unref(); }, 50).unref();')).toBe(
      'held\nended\n',
    );
    expect(run('near.ref(); setTimeout(() => { console.log("held"); far.destroy(); }, 50).unref();')).toBe(
      'held\nended\n',
    );
  });
});
