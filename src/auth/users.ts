import { compareBytes, utf8Encode } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type {
  AuthUserAddRequest,
  AuthUserChangePasswordRequest,
  AuthUserGrantRoleRequest,
  AuthUserRevokeRoleRequest,
  User,
} from '../wire/index.ts';
import type { AuthState } from './auth-state.ts';
import { storedPassword } from './passwords.ts';
import { ROOT_ROLE, ROOT_USER } from './root.ts';
import type { TokenProvider } from './token-provider.ts';

/** The users, as the log changes them. Passwords arrive hashed. */
export class Users {
  readonly #state: AuthState;
  readonly #tokens: TokenProvider;
  readonly #bcryptCost: number;

  constructor(state: AuthState, tokens: TokenProvider, bcryptCost: number) {
    this.#state = state;
    this.#tokens = tokens;
    this.#bcryptCost = bcryptCost;
  }

  /** @throws userEmpty, userExists; noPasswordUser if the hash is not base64 */
  add(request: AuthUserAddRequest): void {
    if (request.name === '') throw refuse.userEmpty();
    if (this.#state.user(request.name) !== undefined) throw refuse.userExists();
    const options = request.options ?? { no_password: false };
    const password = options.no_password ? new Uint8Array() : storedPassword(request, this.#bcryptCost);
    this.#state.putUser({ name: utf8Encode(request.name), password, roles: [], options });
    this.#state.changed();
  }

  /** @throws invalidAuthManagement for root while authentication is on; userNotFound */
  delete(name: string): void {
    if (this.#state.enabled && name === ROOT_USER) throw refuse.invalidAuthManagement();
    this.#find(name);
    this.#state.deleteUser(name);
    this.#state.changed();
    this.#tokens.invalidateUser(name);
  }

  /** A user without password stays one. @throws userNotFound; noPasswordUser if the hash is not base64 */
  changePassword(request: AuthUserChangePasswordRequest): void {
    const user = this.#find(request.name);
    const isWithout = user.options?.no_password === true;
    const password = isWithout ? new Uint8Array() : storedPassword(request, this.#bcryptCost);
    this.#state.putUser({ ...user, password });
    this.#state.changed();
    this.#tokens.invalidateUser(request.name);
  }

  /** A role that the user has already changes nothing. @throws userNotFound; roleNotFound unless it is root */
  grantRole(request: AuthUserGrantRoleRequest): void {
    const user = this.#find(request.user);
    if (request.role !== ROOT_ROLE && this.#state.role(request.role) === undefined) throw refuse.roleNotFound();
    if (user.roles.includes(request.role)) return;
    const roles = [...user.roles, request.role];
    roles.sort((a, b) => compareBytes(utf8Encode(a), utf8Encode(b)));
    this.#state.putUser({ ...user, roles });
    this.#state.changed();
  }

  /** @throws invalidAuthManagement for root's own role while authentication is on; userNotFound, roleNotGranted */
  revokeRole(request: AuthUserRevokeRoleRequest): void {
    if (this.#state.enabled && request.name === ROOT_USER && request.role === ROOT_ROLE) {
      throw refuse.invalidAuthManagement();
    }
    const user = this.#find(request.name);
    if (!user.roles.includes(request.role)) throw refuse.roleNotGranted();
    this.#state.putUser({ ...user, roles: user.roles.filter((role) => role !== request.role) });
    this.#state.changed();
  }

  /** The roles of a user, in order of their bytes. @throws userNotFound */
  rolesOf(name: string): string[] {
    return [...this.#find(name).roles];
  }

  /** All names, in order of their bytes. */
  list(): string[] {
    return this.#state.userNames();
  }

  #find(name: string): User {
    const user = this.#state.user(name);
    if (user === undefined) throw refuse.userNotFound();
    return user;
  }
}
