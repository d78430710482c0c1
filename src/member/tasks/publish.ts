import { messageOf } from '../../base/index.ts';
import type { Core } from '../core.ts';
import { formatId } from '../../base/member-ids.ts';

/**
 * Tells the cluster this member's name and where it answers clients. Tries until it has come through or the member
 * stops. Returns whether it came through.
 */
export async function publish(core: Core, name: string, clientUrls: readonly string[]): Promise<boolean> {
  const { memberId } = core.state;
  const attributes = { member_ID: memberId, member_attributes: { name, client_urls: [...clientUrls] } };
  const fields = { 'local-member-id': formatId(memberId), name, 'client-urls': clientUrls };
  while (!core.isStopped) {
    try {
      await core.proposer.propose({ cluster_member_attr_set: attributes });
      core.log({ level: 'info', message: 'published local member to cluster through raft', fields });
      return true;
    } catch (error) {
      if (core.isStopped) break;
      const message = 'failed to publish local member to cluster through raft';
      core.log({ level: 'warn', message, fields: { ...fields, error: messageOf(error) } });
      // One that is refused at once must not keep trying without a pause.
      await new Promise<void>((resolve) => void core.clock.after(core.limits.heartbeatMs, resolve));
    }
  }
  return false;
}
