import { compareBytes, equalBytes, utf8Encode } from '../base/index.ts';
import { Permission_Type } from '../wire/disk.ts';
import { refuse } from '../wire/etcd-error.ts';
import type {
  AuthRoleGrantPermissionRequest,
  AuthRoleRevokePermissionRequest,
  Permission,
  Role,
} from '../wire/index.ts';
import type { AuthState } from './auth-state.ts';
import { isPermissionRange } from './key-permissions.ts';
import type { WireRange } from './key-ranges.ts';
import { ROOT_ROLE } from './root.ts';

/** The roles, as the log changes them. */
export class Roles {
  readonly #state: AuthState;

  constructor(state: AuthState) {
    this.#state = state;
  }

  /** @throws roleEmpty, roleExists */
  add(name: string): void {
    if (name === '') throw refuse.roleEmpty();
    if (this.#state.role(name) !== undefined) throw refuse.roleExists();
    this.#state.putRole({ name: utf8Encode(name), keyPermission: [] });
    this.#state.changed();
  }

  /** Takes the role from everybody who has it. @throws invalidAuthManagement for root while authentication is on; roleNotFound */
  delete(name: string): void {
    if (this.#state.enabled && name === ROOT_ROLE) throw refuse.invalidAuthManagement();
    this.#find(name);
    this.#state.deleteRole(name);
    for (const userName of this.#state.userNames()) {
      const user = this.#state.user(userName);
      if (user?.roles.includes(name) !== true) continue;
      this.#state.putUser({ ...user, roles: user.roles.filter((role) => role !== name) });
    }
    this.#state.changed();
  }

  /** One on the same range is replaced. @throws permissionNotGiven; invalidAuthManagement for a range without keys; roleNotFound */
  grantPermission(request: AuthRoleGrantPermissionRequest): void {
    const { perm } = request;
    if (perm === undefined) throw refuse.permissionNotGiven();
    if (!isPermissionRange(perm.key, perm.range_end)) throw refuse.invalidAuthManagement();
    const role = this.#find(request.name);
    // Of several ranges that begin at a key etcd looks only at the first for one to replace.
    const first = role.keyPermission.findIndex(({ key }) => compareBytes(key, perm.key) >= 0);
    const known = role.keyPermission[first];
    const keyPermission =
      known !== undefined && isOn(known, perm)
        ? role.keyPermission.with(first, { ...known, permType: perm.permType })
        : [...role.keyPermission, perm].sort((a, b) => compareBytes(a.key, b.key));
    this.#state.putRole({ name: role.name, keyPermission });
    this.#state.changed();
  }

  /** @throws roleNotFound, permissionNotGranted */
  revokePermission(request: AuthRoleRevokePermissionRequest): void {
    const role = this.#find(request.role);
    const keyPermission = role.keyPermission.filter((permission) => !isOn(permission, request));
    if (keyPermission.length === role.keyPermission.length) throw refuse.permissionNotGranted();
    this.#state.putRole({ name: role.name, keyPermission });
    this.#state.changed();
  }

  /** Whatever root was granted, it may do everything. @throws roleNotFound */
  permissionsOf(name: string): Permission[] {
    const role = this.#find(name);
    return name === ROOT_ROLE ? [ALL_KEYS] : [...role.keyPermission];
  }

  /** All names, in order of their bytes. */
  list(): string[] {
    return this.#state.roleNames();
  }

  #find(name: string): Role {
    const role = this.#state.role(name);
    if (role === undefined) throw refuse.roleNotFound();
    return role;
  }
}

const ALL_KEYS: Permission = {
  permType: Permission_Type.READWRITE,
  key: new Uint8Array(),
  range_end: Uint8Array.of(0),
};

const isOn = (permission: Permission, range: WireRange): boolean =>
  equalBytes(permission.key, range.key) && equalBytes(permission.range_end, range.range_end);
