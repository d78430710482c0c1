import { rawText } from '../../../base/index.ts';
import { defineCommand } from '../../command.ts';
import { badArgs } from '../../errors.ts';
import { permissionFlags, permissionRange } from './permission-range.ts';

export const command = defineCommand({
  usage: '[options] <role name> <key> [endkey]',
  flags: permissionFlags,
  prints: () => ['roleRevokePermission'],
  options: (flags, { args }) => {
    const [role, key, end] = args;
    if (role === undefined || key === undefined) {
      throw badArgs('role revoke-permission command requires role name and key [endkey] as its argument');
    }
    return { typedKey: key, request: { role, ...permissionRange(flags, key, end) } };
  },
  run: async (context, { typedKey, request }) => {
    const { auth } = await context.client();
    const response = await auth.roleRevokePermission(request, context.bounds);
    // The key is shown as it was typed, also where an empty one stands for all keys.
    context.print.roleRevokePermission(request.role, typedKey, rawText(request.range_end), response);
  },
});
