import { refuse } from '../../wire/etcd-error.ts';
import type { DowngradeRequest, DowngradeResponse } from '../../wire/index.ts';
import type { Caller } from '../api.ts';
import { formatVersion, isSameVersion, oneMinorLower, parseDowngradeTarget, type Version } from '../versions.ts';
import { type RpcContext, unknownError } from './context.ts';

const ACTION = { VALIDATE: 0, ENABLE: 1, CANCEL: 2 } as const;

/** Prepares a cluster for members of the version before, one by one. @throws EtcdError */
export async function downgrade(
  context: RpcContext,
  { action, version }: DowngradeRequest,
  caller: Caller,
): Promise<DowngradeResponse> {
  switch (action) {
    case ACTION.VALIDATE:
      await validate(context, targetOf(version), caller);
      break;
    case ACTION.ENABLE: {
      const target = targetOf(version);
      await validate(context, target, caller);
      await context.propose({ downgrade_info_set: { enabled: true, ver: formatVersion(target) } }, caller);
      break;
    }
    case ACTION.CANCEL:
      await cancel(context, caller);
      break;
    default:
      throw unknownError('etcdserver: unknown method');
  }
  const { version: current } = context.state.roster;
  // A cluster's version has no patch here, unlike everywhere else.
  return { header: context.state.header(), version: current ? `${current.major}.${current.minor}` : '' };
}

function targetOf(text: string): Version {
  const target = parseDowngradeTarget(text);
  if (!target) throw refuse.wrongDowngradeVersion();
  return target;
}

async function validate(context: RpcContext, target: Version, { signal }: Caller): Promise<void> {
  if (!context.state.roster.version) throw refuse.clusterVersionUnavailable();
  await context.core.reads.catchUp(signal);
  const { version, downgrade: current } = context.state.roster;
  if (!version || !isSameVersion(target, oneMinorLower(version))) throw refuse.invalidDowngradeTarget();
  if (current.enabled) throw refuse.downgradeInProcess();
}

/** There being none is no failure to who cancels; it is only logged, as in etcd. */
async function cancel(context: RpcContext, caller: Caller): Promise<void> {
  await context.core.reads.catchUp(caller.signal);
  if (context.state.roster.downgrade.enabled) {
    await context.propose({ downgrade_info_set: { enabled: false, ver: '' } }, caller);
    return;
  }
  const { message } = refuse.noInflightDowngrade();
  context.core.log({ level: 'warn', message: 'failed to cancel downgrade', fields: { error: message } });
}
