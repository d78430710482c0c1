import { ClientError } from '../../../client/index.ts';
import type { Context } from '../../context.ts';

/**
 * The endpoints that a per-member command asks, each on its own: those given,
 * or with --cluster the client URLs of all members.
 */
export async function targetEndpoints(context: Context, wholeCluster: boolean): Promise<readonly string[]> {
  if (!wholeCluster) return context.settings.client.endpoints.filter((endpoint) => endpoint !== '');
  const { cluster } = await context.client();
  try {
    const { members } = await cluster.memberList({ linearizable: true }, context.freshBounds());
    return members.flatMap((member) => member.clientURLs);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw error.wrap(`failed to fetch endpoints from etcd cluster member list: ${error.message}`);
  }
}

/** Says on stderr that one endpoint failed: etcdctl's line, then ours with the cause. */
export function noteFailure(context: Context, line: string, error: ClientError): void {
  context.note(line);
  for (const detail of error.lines()) context.note(`  ${detail}`);
}
