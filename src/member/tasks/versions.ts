import { messageOf } from '../../base/index.ts';
import { decideClusterVersion, isDowngraded } from '../cluster-version.ts';
import type { Core } from '../core.ts';
import { formatVersion } from '../versions.ts';
import { repeat } from './repeat.ts';

/** Less than after which an idle connection between members is given up. */
const EVERY_MS = 4000;
const DOWNGRADE_CHECK_MS = 5000;

/** What only the leader does for the cluster's version: raises it with the members', and ends downgrades. */
export function watchVersions(core: Core): () => void {
  let isBusy = false;
  const update = async (): Promise<void> => {
    if (isBusy || !core.leadership.isSelf) return;
    isBusy = true;
    try {
      await updateClusterVersion(core);
    } finally {
      isBusy = false;
    }
  };
  core.onFirstCommitInTerm(() => void update().catch(() => undefined));
  const stopVersions = repeat(core.clock, EVERY_MS, update);
  const stopDowngrades = repeat(core.clock, DOWNGRADE_CHECK_MS, () => endDowngrade(core));
  return () => {
    stopVersions();
    stopDowngrades();
  };
}

async function updateClusterVersion(core: Core): Promise<void> {
  const servers = await serverVersions(core);
  const { version: cluster, downgrade } = core.state.roster;
  const version = decideClusterVersion({ cluster, servers, downgrade });
  if (!version || core.isStopped) return;
  const fields = { 'cluster-version': formatVersion(version) };
  try {
    await core.proposer.propose({ cluster_version_set: { ver: formatVersion(version) } });
    core.log({ level: 'info', message: 'cluster version is updated', fields });
  } catch (error) {
    if (core.isStopped) return;
    const message = 'failed to update cluster version';
    core.log({ level: 'warn', message, fields: { ...fields, error: messageOf(error) } });
  }
}

async function endDowngrade(core: Core): Promise<void> {
  const { enabled, target } = core.state.roster.downgrade;
  if (!core.leadership.isSelf || !enabled) return;
  if (!isDowngraded(target, await serverVersions(core))) return;
  core.log({ level: 'info', message: 'the cluster has been downgraded', fields: { 'cluster-version': target } });
  await core.proposer.propose({ downgrade_info_set: { enabled: false, ver: '' } });
}

/** Of every member; undefined for one that does not answer. */
async function serverVersions({ state, link, limits }: Core): Promise<(string | undefined)[]> {
  return Promise.all(
    state.roster.members.map(async ({ id }) => {
      if (id === state.memberId) return limits.version;
      try {
        return (await link.ask(id).versions()).server;
      } catch {
        return undefined;
      }
    }),
  );
}
