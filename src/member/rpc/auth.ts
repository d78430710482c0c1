import type { AuthenticateResponse } from '../../wire/index.ts';
import type { Caller, MemberApi } from '../api.ts';
import type { PendingAuthentication } from '../apply/apply-auth.ts';
import type { RpcContext } from './context.ts';

/** All goes through the log, so that who looks sees what was changed before. */
export function authApi(context: RpcContext): MemberApi['auth'] {
  const through =
    <Res extends object>(field: Field) =>
    async (request: object, caller: Caller): Promise<Res> => {
      context.refuseLearner();
      return context.propose<Res>({ [field]: request }, caller);
    };
  const bare =
    <Res extends object>(field: Field) =>
    (caller: Caller): Promise<Res> =>
      through<Res>(field)({}, caller);
  return {
    enable: bare('auth_enable'),
    disable: bare('auth_disable'),
    status: bare('auth_status'),
    authenticate: (request, caller) => authenticate(context, request, caller),
    async userAdd(request, caller) {
      context.refuseLearner();
      return context.propose({ auth_user_add: await context.state.auth.prepareUserAdd(request) }, caller);
    },
    userGet: through('auth_user_get'),
    userList: bare('auth_user_list'),
    userDelete: through('auth_user_delete'),
    async userChangePassword(request, caller) {
      context.refuseLearner();
      const prepared = await context.state.auth.preparePasswordChange(request);
      return context.propose({ auth_user_change_password: prepared }, caller);
    },
    userGrantRole: through('auth_user_grant_role'),
    userRevokeRole: through('auth_user_revoke_role'),
    roleAdd: through('auth_role_add'),
    roleGet: through('auth_role_get'),
    roleList: bare('auth_role_list'),
    roleDelete: through('auth_role_delete'),
    roleGrantPermission: through('auth_role_grant_permission'),
    roleRevokePermission: through('auth_role_revoke_permission'),
  };
}

type Field =
  | `auth_${'enable' | 'disable' | 'status'}`
  | `auth_user_${'get' | 'list' | 'delete' | 'grant_role' | 'revoke_role'}`
  | `auth_role_${'add' | 'get' | 'list' | 'delete' | 'grant_permission' | 'revoke_permission'}`;

/**
 * The password is checked here and goes nowhere else; the token is given out by every member alike, when the log says
 * so. If users or roles changed in between, the password may not be the user's any more, and all begins again.
 */
async function authenticate(
  context: RpcContext,
  ...[{ name, password }, caller]: Parameters<MemberApi['auth']['authenticate']>
): Promise<AuthenticateResponse> {
  context.refuseLearner();
  const { core } = context;
  await core.reads.catchUp(caller.signal);
  for (;;) {
    const checkedAt = await context.state.auth.checkPassword(name, password);
    const simple_token = context.state.auth.newTokenPrefix();
    const content = { authenticate: { name, password: '', simple_token } };
    const { response } = await core.proposer.propose<PendingAuthentication>(content, undefined, caller.signal);
    if (checkedAt !== context.state.auth.revision) continue;
    const token = await response.fetchToken();
    return { header: context.state.header(), token };
  }
}
