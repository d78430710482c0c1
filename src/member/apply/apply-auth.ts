import type { Identity } from '../../auth/index.ts';
import type { InternalRaftRequest } from '../../wire/disk.ts';
import type { State } from '../state.ts';

/** What is left to do for a token after the log has decided: making it may take work that only one member does. */
export interface PendingAuthentication {
  readonly fetchToken: () => Promise<string>;
}

/** What only an administrator may have done. */
const FOR_ADMINS = [
  'auth_enable',
  'auth_disable',
  'auth_user_add',
  'auth_user_delete',
  'auth_user_change_password',
  'auth_user_grant_role',
  'auth_user_revoke_role',
  'auth_user_list',
  'auth_role_add',
  'auth_role_delete',
  'auth_role_grant_permission',
  'auth_role_revoke_permission',
  'auth_role_list',
] as const satisfies readonly (keyof InternalRaftRequest)[];

/** What users may do, some of it with themselves alone. */
const FOR_ALL = [
  'auth_status',
  'authenticate',
  'auth_user_get',
  'auth_role_get',
] as const satisfies readonly (keyof InternalRaftRequest)[];

export const needsAdmin = (request: InternalRaftRequest): boolean =>
  FOR_ADMINS.some((field) => request[field] !== undefined);

export const isAuthRequest = (request: InternalRaftRequest): boolean =>
  needsAdmin(request) || FOR_ALL.some((field) => request[field] !== undefined);

/** @throws EtcdError */
export function applyAuth(state: State, request: InternalRaftRequest, identity: Identity, index: bigint): object {
  const { auth } = state;
  if (request.authenticate) {
    const { name, simple_token: prefix } = request.authenticate;
    return { fetchToken: auth.authenticate(name, prefix, index) } satisfies PendingAuthentication;
  }
  if (request.auth_enable) auth.enable();
  else if (request.auth_disable) auth.disable();
  const body = request.auth_status
    ? { enabled: auth.enabled, authRevision: auth.revision }
    : (applyUsers(state, request, identity) ?? applyRoles(state, request, identity) ?? {});
  return { header: state.header(), ...body };
}

/** Undefined if the request is none of users. */
function applyUsers({ auth }: State, request: InternalRaftRequest, identity: Identity): object | undefined {
  const { users } = auth;
  if (request.auth_user_add) return done(users.add(request.auth_user_add));
  if (request.auth_user_delete) return done(users.delete(request.auth_user_delete.name));
  if (request.auth_user_change_password) return done(users.changePassword(request.auth_user_change_password));
  if (request.auth_user_grant_role) return done(users.grantRole(request.auth_user_grant_role));
  if (request.auth_user_revoke_role) return done(users.revokeRole(request.auth_user_revoke_role));
  if (request.auth_user_list) return { users: users.list() };
  if (!request.auth_user_get) return undefined;
  auth.access.checkUserGet(identity, request.auth_user_get.name);
  return { roles: users.rolesOf(request.auth_user_get.name) };
}

function applyRoles({ auth }: State, request: InternalRaftRequest, identity: Identity): object | undefined {
  const { roles } = auth;
  if (request.auth_role_add) return done(roles.add(request.auth_role_add.name));
  if (request.auth_role_delete) return done(roles.delete(request.auth_role_delete.role));
  if (request.auth_role_grant_permission) return done(roles.grantPermission(request.auth_role_grant_permission));
  if (request.auth_role_revoke_permission) return done(roles.revokePermission(request.auth_role_revoke_permission));
  if (request.auth_role_list) return { roles: roles.list() };
  if (!request.auth_role_get) return undefined;
  auth.access.checkRoleGet(identity, request.auth_role_get.role);
  return { perm: roles.permissionsOf(request.auth_role_get.role) };
}

/** Such a request changes something and answers with a header alone. */
const done = (_changed: void): object => ({});
