import { Deadline } from '../../base/index.ts';
import type { GrpcError } from '../../grpc/index.ts';
import type { Caller } from '../caller.ts';
import type { Situation } from './situation.ts';

/** What is asked after a failure must not keep anyone waiting for the failure. */
const PATIENCE_MS = 500;

/**
 * Asks the server for the numbers that its error keeps to itself: the revision it is at, or up to which it has
 * compacted. Nothing when it does not tell, or the error is about something else.
 */
export async function askRevisions(
  error: GrpcError,
  caller: Caller,
): Promise<Pick<Situation, 'revision' | 'compactRevision'>> {
  const bounds = { deadline: Deadline.after(PATIENCE_MS) };
  try {
    if (error.details === 'etcdserver: mvcc: required revision is a future revision')
      return await askCurrent(caller, bounds);
    if (error.details === 'etcdserver: mvcc: required revision has been compacted')
      return await askCompacted(caller, bounds);
  } catch {
    // The failure itself is what counts.
  }
  return {};
}

type Bounds = { readonly deadline: Deadline };

async function askCurrent(caller: Caller, bounds: Bounds): Promise<Pick<Situation, 'revision'>> {
  const { maintenance } = await import('../../wire/services/maintenance.ts');
  const { header } = await caller.unary(maintenance.status, {}, bounds);
  return header === undefined ? {} : { revision: header.revision };
}

/** A watch of the distant past is cancelled with the revision in question. Without the right to read that key there is no telling. */
async function askCompacted(caller: Caller, bounds: Bounds): Promise<Pick<Situation, 'compactRevision'>> {
  const { watch } = await import('../../wire/services/watch.ts');
  const call = caller.open(await caller.ready(bounds), watch.watch, bounds, {});
  call.write({ create_request: { key: Uint8Array.of(0), start_revision: 1n } }).catch(() => undefined);
  for await (const { compact_revision, canceled } of call) {
    if (compact_revision > 0n) return { compactRevision: compact_revision };
    if (canceled) return {};
  }
  return {};
}
