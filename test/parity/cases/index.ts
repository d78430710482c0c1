/** All cases by the suites they run in. */
import type { Case } from '../harness/case.ts';
import { authCases, permissionCases } from './auth.ts';
import { checkCases, slowCheckCases } from './check.ts';
import { compactionCases } from './compaction.ts';
import { delCases } from './del.ts';
import { endpointCases } from './endpoint.ts';
import { apiVersionCases, environmentCases } from './environment.ts';
import { getCases } from './get.ts';
import { globalFlagCases, tlsCases } from './globals.ts';
import { leaseCases } from './lease.ts';
import { electCases, lockCases, slowElectCases } from './lock.ts';
import { alarmCases, defragCases, downgradeCases, moveLeaderCases, snapshotCases } from './maintenance.ts';
import { memberCases } from './member.ts';
import { mirrorCases } from './mirror.ts';
import { putCases } from './put.ts';
import { roleCases } from './role.ts';
import { aliasCases, runbookCases, slowRunbookCases } from './runbook.ts';
import { txnCases } from './txn.ts';
import { userCases } from './user.ts';
import { helpCases, parentCases, utilityCases } from './utility.ts';
import { watchCases, watchEnvironmentCases, watchExecCases, watchInteractiveCases } from './watch.ts';

export const suites = {
  kv: [getCases, putCases, delCases, compactionCases],
  txn: [txnCases],
  watch: [watchCases, watchExecCases, watchEnvironmentCases, watchInteractiveCases],
  lease: [leaseCases, lockCases, electCases],
  endpoint: [endpointCases],
  member: [memberCases],
  maintenance: [alarmCases, defragCases, moveLeaderCases, snapshotCases, downgradeCases],
  auth: [authCases, permissionCases],
  user: [userCases, roleCases],
  connection: [globalFlagCases, tlsCases, environmentCases, apiVersionCases],
  utility: [checkCases, mirrorCases, helpCases, parentCases, utilityCases],
  runbook: [runbookCases, aliasCases],
  'slow checks': [slowCheckCases],
  'slow runbooks': [slowRunbookCases, slowElectCases],
} as const satisfies Record<string, readonly (readonly Case[])[]>;

export type SuiteName = keyof typeof suites;

export const allCases: readonly Case[] = Object.values(suites).flat(2);
