import type { MemberApi } from '../../member/index.ts';
import { auth } from '../../wire/services/auth.ts';
import type { Registrar } from '../registrar.ts';

export function serveAuth(routes: Registrar, { auth: api }: MemberApi): void {
  routes.bare(auth.authEnable, (caller) => api.enable(caller));
  routes.bare(auth.authDisable, (caller) => api.disable(caller));
  routes.bare(auth.authStatus, (caller) => api.status(caller));
  routes.unary(auth.authenticate, (request, caller) => api.authenticate(request, caller));
  routes.unary(auth.userAdd, (request, caller) => api.userAdd(request, caller));
  routes.unary(auth.userGet, (request, caller) => api.userGet(request, caller));
  routes.bare(auth.userList, (caller) => api.userList(caller));
  routes.unary(auth.userDelete, (request, caller) => api.userDelete(request, caller));
  routes.unary(auth.userChangePassword, (request, caller) => api.userChangePassword(request, caller));
  routes.unary(auth.userGrantRole, (request, caller) => api.userGrantRole(request, caller));
  routes.unary(auth.userRevokeRole, (request, caller) => api.userRevokeRole(request, caller));
  routes.unary(auth.roleAdd, (request, caller) => api.roleAdd(request, caller));
  routes.unary(auth.roleGet, (request, caller) => api.roleGet(request, caller));
  routes.bare(auth.roleList, (caller) => api.roleList(caller));
  routes.unary(auth.roleDelete, (request, caller) => api.roleDelete(request, caller));
  routes.unary(auth.roleGrantPermission, (request, caller) => api.roleGrantPermission(request, caller));
  routes.unary(auth.roleRevokePermission, (request, caller) => api.roleRevokePermission(request, caller));
}
