import { ALARM } from '../alarms.ts';
import type { Core } from '../core.ts';

/** Raises the alarm that the data of a member is corrupt; of id 0 when nobody can tell whose is. */
export function accuse(core: Core, memberID: bigint): void {
  const alarm = { action: 1, memberID, alarm: ALARM.CORRUPT } as const;
  // One that did not come through is raised by the next check.
  core.proposer.propose({ alarm }).catch(() => undefined);
}
