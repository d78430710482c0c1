import type { AlarmMember, AlarmRequest_AlarmAction } from '../../../wire/index.ts';
import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

const deactivate: AlarmRequest_AlarmAction = 2;

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['alarm'],
  options: (_flags, invocation) => exactly(0, invocation, 'alarm disarm command accepts no arguments'),
  run: async (context) => {
    const { maintenance } = await context.client();
    const active = await maintenance.alarm({}, context.bounds);
    const disarmed: AlarmMember[] = [];
    for (const { memberID, alarm } of active.alarms) {
      const response = await maintenance.alarm({ action: deactivate, memberID, alarm }, context.bounds);
      disarmed.push(...response.alarms);
    }
    // What is printed is our own union of answers, and so has no header.
    context.print.alarm({ header: undefined, alarms: disarmed });
  },
});
