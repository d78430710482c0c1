import type { Permission_Type } from '../../../wire/index.ts';
import { defineCommand } from '../../command.ts';
import { badArgs } from '../../errors.ts';
import { permissionFlags, permissionRange } from './permission-range.ts';

const types: Readonly<Record<string, Permission_Type>> = { READ: 0, WRITE: 1, READWRITE: 2 };

function permissionType(text: string): Permission_Type {
  const type = types[text.toUpperCase()];
  if (type === undefined) throw badArgs(`invalid permission type: ${text}`);
  return type;
}

export const command = defineCommand({
  usage: '[options] <role name> <permission type> <key> [endkey]',
  flags: permissionFlags,
  prints: () => ['roleGrantPermission'],
  options: (flags, { args }) => {
    const [name, type, key, end] = args;
    if (name === undefined || type === undefined || key === undefined) {
      throw badArgs('role grant command requires role name, permission type, and key [endkey] as its argument');
    }
    return { name, perm: { permType: permissionType(type), ...permissionRange(flags, key, end) } };
  },
  run: async (context, request) => {
    const { auth } = await context.client();
    context.print.roleGrantPermission(request.name, await auth.roleGrantPermission(request, context.bounds));
  },
});
