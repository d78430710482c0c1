import { defineCommand } from '../../command.ts';
import { bool } from '../../flags/index.ts';
import { only } from '../arguments.ts';
import { askNewPassword, readPasswordWord } from './password.ts';

const flags = {
  interactive: bool(true, 'ask for the password on the terminal; false reads it from stdin'),
} as const;

export const command = defineCommand({
  usage: '[options] <user name>',
  flags,
  prints: () => ['userChangePassword'],
  options: ({ interactive }, invocation) => ({
    interactive,
    name: only(invocation, 'user passwd command requires user name as its argument'),
  }),
  run: async (context, { name, interactive }) => {
    const password = interactive ? await askNewPassword(context.io, name) : await readPasswordWord(context.io);
    const { auth } = await context.client();
    context.print.userChangePassword(await auth.userChangePassword({ name, password }, context.bounds));
  },
});
