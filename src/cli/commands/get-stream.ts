import type { KeyValue, RangeResponse, RangeStreamResponse } from '../../wire/index.ts';

/** Joins the parts of a RangeStream into the answer that a Range would have given: header, more and count come last. */
export async function mergeRangeStream(parts: AsyncIterable<RangeStreamResponse>): Promise<RangeResponse> {
  const kvs: KeyValue[] = [];
  let last: RangeResponse = { header: undefined, kvs, more: false, count: 0n };
  for await (const { range_response: part } of parts) {
    if (part === undefined) continue;
    for (const kv of part.kvs) kvs.push(kv);
    last = { ...part, kvs };
  }
  return last;
}
