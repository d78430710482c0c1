import type { Credentials } from '../client/index.ts';
import type { Io } from './io.ts';

/**
 * Reads `--user` and `--password`, under whatever names a command has them: the
 * user is `name[:password]`, or the name whole if the password is given apart. A
 * missing password is asked for.
 */
export async function readCredentials(
  { stdin }: Pick<Io, 'stdin'>,
  { user, password }: { readonly user: string; readonly password: string },
  prompt: string,
): Promise<Credentials | undefined> {
  if (user === '') return undefined;
  if (password !== '') return { name: user, password };
  const colon = user.indexOf(':');
  if (colon >= 0) return { name: user.slice(0, colon), password: user.slice(colon + 1) };
  return { name: user, password: await stdin.readSecret(prompt) };
}
