import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  options: (_flags, invocation) => exactly(0, invocation, 'auth disable command does not accept any arguments'),
  run: async (context) => {
    const { auth } = await context.client();
    await auth.authDisable(context.bounds);
    context.io.stdout.write('Authentication Disabled\n');
  },
});
