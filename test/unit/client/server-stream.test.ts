import { describe, expect, it, vi } from 'vitest';
import { Recovery } from '../../../src/client/recovery.ts';
import { readStream } from '../../../src/client/server-stream.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';

const cut = new GrpcError(StatusCode.Unavailable, 'cut');

async function* play(items: readonly (number | Error)[]): AsyncGenerator<number, undefined, undefined> {
  for (const item of items) {
    if (item instanceof Error) throw item;
    yield item;
  }
}

async function read(...streams: readonly (number | Error)[][]) {
  const recovery = new Recovery({ renewToken: async () => false, isClosed: false });
  const open = vi.fn(async () => play(streams[open.mock.calls.length - 1] ?? []));
  const seen: number[] = [];
  let end: unknown;
  try {
    for await (const item of readStream(open, recovery, {}, async (error) => error)) seen.push(item);
  } catch (error) {
    end = error;
  }
  return { seen, end, opened: open.mock.calls.length };
}

describe('readStream', () => {
  it('gives what the server sends', async () => {
    expect(await read([1, 2, 3])).toEqual({ seen: [1, 2, 3], end: undefined, opened: 1 });
    expect(await read([])).toEqual({ seen: [], end: undefined, opened: 1 });
  });

  it('asks again as long as nothing has come', async () => {
    expect(await read([cut], [cut], [1])).toEqual({ seen: [1], end: undefined, opened: 3 });
  });

  it('never asks again once something has come', async () => {
    expect(await read([1, cut], [1, 2])).toEqual({ seen: [1], end: cut, opened: 1 });
  });

  it('fails at once with what another attempt would not mend', async () => {
    for (const code of [StatusCode.Internal, StatusCode.PermissionDenied, StatusCode.Unimplemented]) {
      const error = new GrpcError(code, 'x');
      expect(await read([error], [1])).toEqual({ seen: [], end: error, opened: 1 });
    }
    const bug = new TypeError('a bug');
    expect(await read([bug], [1])).toEqual({ seen: [], end: bug, opened: 1 });
  });
});
