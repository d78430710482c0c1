import { assert } from '../../base/index.ts';
import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Responses } from '../../grpc/server/index.ts';
import type { RangeRequest, RangeResponse, RangeStreamResponse } from '../../wire/index.ts';

/** How many keys the first chunk holds. Later ones are made as large as the keys turn out to allow. */
const FIRST_CHUNK_KEYS = 10n;

const SORT_BY_KEY = 0;
const SORT_NONE = 0;
const SORT_ASCEND = 1;

interface RangeSource {
  readonly range: (request: RangeRequest) => Promise<RangeResponse>;
  /** About how large a chunk is to be. */
  readonly chunkBytes: number;
}

/**
 * Answers a range in chunks, all at one revision, each read when the client has taken the one before. Only the last
 * has header, more and count.
 * @throws GrpcError (Unimplemented) where the whole range would have to be known before its first chunk
 */
export async function streamRange(
  request: RangeRequest,
  responses: Responses<RangeStreamResponse>,
  { range, chunkBytes }: RangeSource,
): Promise<void> {
  checkStreamable(request);
  if (request.count_only)
    return responses.send({ range_response: { ...(await range(request)), kvs: [], more: false } });
  const limit = request.limit > 0n ? request.limit : undefined;
  let part: RangeRequest = { ...request, limit: least(FIRST_CHUNK_KEYS, limit) };
  let first: RangeResponse | undefined;
  let sent = 0n;
  while (!responses.isOver) {
    const chunk = await range(part);
    first ??= chunk;
    sent += BigInt(chunk.kvs.length);
    const isLast = !chunk.more || sent === limit;
    if (isLast) return responses.send({ range_response: lastChunk(chunk, first) });
    responses.send({ range_response: { header: undefined, kvs: chunk.kvs, more: false, count: 0n } });
    await responses.ready();
    part = {
      ...part,
      key: keyAfter(chunk),
      // What comes later than the first chunk is not read any more: neither is consensus needed for it.
      revision: part.revision === 0n ? (first.header?.revision ?? 0n) : part.revision,
      serializable: true,
      limit: least(nextChunkKeys(part.limit, chunk, chunkBytes), limit === undefined ? undefined : limit - sent),
    };
  }
}

/** The first chunk knows the revision at which reading began, and how many keys there are in all. */
function lastChunk(chunk: RangeResponse, first: RangeResponse): RangeResponse {
  return { header: first.header, kvs: chunk.kvs, more: chunk.more, count: first.count };
}

function checkStreamable(request: RangeRequest): void {
  const isByKey = request.sort_target === SORT_BY_KEY && request.sort_order === SORT_ASCEND;
  if (request.sort_order !== SORT_NONE && !isByKey) throw unimplemented('custom sort orders');
  const { min_mod_revision, max_mod_revision, min_create_revision, max_create_revision } = request;
  const filters = [min_mod_revision, max_mod_revision, min_create_revision, max_create_revision];
  if (filters.some((revision) => revision !== 0n)) throw unimplemented('revision filters');
}

const unimplemented = (what: string): GrpcError =>
  new GrpcError(StatusCode.Unimplemented, `RangeStream does not support ${what}`);

/** Twice as many keys when a chunk came out small, half as many when it came out large. */
function nextChunkKeys(keys: bigint, chunk: RangeResponse, chunkBytes: number): bigint {
  const bytes = chunk.kvs.reduce((sum, { key, value }) => sum + key.byteLength + value.byteLength + KEY_VALUE_BYTES, 0);
  if (bytes < chunkBytes / 2) return keys * 2n;
  return bytes > chunkBytes * 2 && keys > 1n ? keys / 2n : keys;
}

/** What a key costs on the wire beside itself and its value: revisions, version, lease, tags. */
const KEY_VALUE_BYTES = 24;

/** The smallest key beyond a chunk. */
function keyAfter({ kvs }: RangeResponse): Uint8Array {
  const last = kvs.at(-1);
  assert(last !== undefined, 'a range with more to come has keys');
  const key = new Uint8Array(last.key.byteLength + 1);
  key.set(last.key);
  return key;
}

const least = (a: bigint, b: bigint | undefined): bigint => (b !== undefined && b < a ? b : a);
