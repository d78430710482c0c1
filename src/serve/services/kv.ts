import type { MemberApi } from '../../member/index.ts';
import { kv } from '../../wire/services/kv.ts';
import type { Registrar } from '../registrar.ts';
import { streamRange } from './range-stream.ts';

/** @param chunkBytes about how large the chunks of a streamed range are to be */
export function serveKv(routes: Registrar, { kv: api }: MemberApi, chunkBytes: number): void {
  routes.unary(kv.range, (request, caller) => api.range(request, caller));
  routes.unary(kv.put, (request, caller) => api.put(request, caller));
  routes.unary(kv.deleteRange, (request, caller) => api.deleteRange(request, caller));
  routes.unary(kv.txn, (request, caller) => api.txn(request, caller));
  routes.unary(kv.compact, (request, caller) => api.compact(request, caller));
  routes.serverStream(kv.rangeStream, (request, responses, caller) =>
    streamRange(request, responses, { range: (part) => api.range(part, caller), chunkBytes }),
  );
}
