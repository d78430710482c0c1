import { ClientError } from '../../../client/index.ts';
import type { AuthApi, CallBounds } from '../../../client/index.ts';
import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

/** Turns authentication on; a root user that lacks the root role is given it first, as etcdctl does. */
async function enable(auth: AuthApi, bounds: CallBounds): Promise<void> {
  try {
    await auth.authEnable(bounds);
  } catch (error) {
    if (!(error instanceof ClientError && error.message === 'etcdserver: root user does not have root role'))
      throw error;
    await addRootRole(auth, bounds);
    await auth.authEnable(bounds);
  }
}

async function addRootRole(auth: AuthApi, bounds: CallBounds): Promise<void> {
  try {
    await auth.roleAdd({ name: 'root' }, bounds);
  } catch (error) {
    if (!(error instanceof ClientError && error.message === 'etcdserver: role name already exists')) throw error;
  }
  await auth.userGrantRole({ user: 'root', role: 'root' }, bounds);
}

export const command = defineCommand({
  usage: '',
  flags: {},
  options: (_flags, invocation) => exactly(0, invocation, 'auth enable command does not accept any arguments'),
  run: async (context) => {
    const { auth } = await context.client();
    await enable(auth, context.bounds);
    context.io.stdout.write('Authentication Enabled\n');
  },
});
