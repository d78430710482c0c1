import type { Caller, MemberApi } from '../member/index.ts';

const ROOT = 'root';

export interface RootCredentials {
  readonly username: string;
  readonly password: string;
}

/** Makes the user root and turns authentication on, if it is not. */
export async function enableAuth({ auth }: MemberApi, password: string): Promise<RootCredentials> {
  const nobody: Caller = {};
  const { enabled } = await auth.status(nobody);
  if (!enabled) {
    await auth.userAdd({ name: ROOT, password, hashedPassword: '', options: undefined }, nobody);
    await auth.roleAdd({ name: ROOT }, nobody);
    await auth.userGrantRole({ user: ROOT, role: ROOT }, nobody);
    await auth.enable(nobody);
  }
  return { username: ROOT, password };
}

/** Root as a caller, where authentication is on. */
export async function rootCaller({ auth }: MemberApi, credentials: RootCredentials | undefined): Promise<Caller> {
  if (credentials === undefined) return {};
  const { username, password } = credentials;
  const { token } = await auth.authenticate({ name: username, password }, {});
  return { token };
}
