import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { badArgs } from '../../errors.ts';
import { bool, type FlagValues, string } from '../../flags/index.ts';
import { only } from '../arguments.ts';
import { askNewPassword, readPasswordWord } from './password.ts';

const flags = {
  interactive: bool(true, 'ask for the password on the terminal; false reads it from stdin'),
  newUserPassword: string('', 'the password of the new user'),
  noPassword: bool(false, 'make a user without a password (for certificate authentication)'),
} as const;

/** Where the password comes from: nowhere, the command line, a prompt, or stdin. */
type Password =
  | { readonly from: 'none' }
  | { readonly from: 'given'; readonly text: string }
  | { readonly from: 'prompt' }
  | { readonly from: 'stdin' };

interface Options {
  readonly name: string;
  readonly password: Password;
}

function options(values: FlagValues<typeof flags>, argument: string): Options {
  if (values.noPassword) return { name: argument, password: { from: 'none' } };
  if (values.newUserPassword !== '')
    return { name: argument, password: { from: 'given', text: values.newUserPassword } };
  const colon = argument.indexOf(':');
  if (colon >= 0) {
    if (colon === 0) throw badArgs('empty user name is not allowed');
    return { name: argument.slice(0, colon), password: { from: 'given', text: argument.slice(colon + 1) } };
  }
  return { name: argument, password: { from: values.interactive ? 'prompt' : 'stdin' } };
}

async function passwordText(context: Context, { name, password }: Options): Promise<string> {
  switch (password.from) {
    case 'none':
      return '';
    case 'given':
      return password.text;
    case 'prompt':
      return askNewPassword(context.io, name);
    case 'stdin':
    default:
      return readPasswordWord(context.io);
  }
}

export const command = defineCommand({
  usage: '[options] <user name or user:password>',
  flags,
  prints: () => ['userAdd'],
  options: (values, invocation) =>
    options(values, only(invocation, 'user add command requires user name as its argument')),
  run: async (context, options) => {
    const password = await passwordText(context, options);
    const { auth } = await context.client();
    const request = { name: options.name, password, options: { no_password: options.password.from === 'none' } };
    context.print.userAdd(options.name, await auth.userAdd(request, context.bounds));
  },
});
