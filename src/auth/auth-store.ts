import { createHash } from 'node:crypto';
import type { BucketReader, Capture, Journal } from '../backend/index.ts';
import type { LogSink } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type { AuthUserAddRequest, AuthUserChangePasswordRequest } from '../wire/index.ts';
import { Access, type LeaseKeys } from './access.ts';
import { AuthState } from './auth-state.ts';
import { type AuthCaller, type Identity, NOBODY } from './identity.ts';
import { bcryptCostOr, hashPassword, isPassword } from './passwords.ts';
import { Roles } from './roles.ts';
import { ROOT_ROLE, ROOT_USER } from './root.ts';
import type { TokenProvider } from './token-provider.ts';
import { Users } from './users.ts';

export interface AuthStoreOptions {
  readonly journal: Journal;
  /** Outlives the store when a snapshot takes the store's place, so that tokens stay valid. */
  readonly tokens: TokenProvider;
  /** The lessor. */
  readonly leases: LeaseKeys;
  /** 4 to 31; 10 if it is anything else. */
  readonly bcryptCost?: number | undefined;
  readonly logger?: LogSink | undefined;
}

/** Users, roles and permissions of a member. See the contract in index.ts. */
export class AuthStore {
  /** Changes of users, for applying; and what they look like. */
  readonly users: Users;
  readonly roles: Roles;
  /** The checks, for before proposing and for applying. */
  readonly access: Access;
  readonly #state: AuthState;
  readonly #tokens: TokenProvider;
  readonly #bcryptCost: number;
  readonly #log: LogSink;

  private constructor(state: AuthState, options: AuthStoreOptions) {
    this.#state = state;
    this.#tokens = options.tokens;
    this.#bcryptCost = bcryptCostOr(options.bcryptCost);
    this.#log = options.logger ?? (() => {});
    this.users = new Users(state, options.tokens, this.#bcryptCost);
    this.roles = new Roles(state);
    this.access = new Access(state, options.leases);
  }

  /** Reads the buckets `auth`, `authUsers` and `authRoles`; a store that never was begins at revision 1. */
  static open(buckets: BucketReader, options: AuthStoreOptions): AuthStore {
    const state = new AuthState(buckets, options.journal);
    if (state.enabled) options.tokens.enable();
    else options.tokens.disable();
    return new AuthStore(state, options);
  }

  get enabled(): boolean {
    return this.#state.enabled;
  }

  /** Travels with every request, and is raised by every change of policy. */
  get revision(): bigint {
    return this.#state.revision;
  }

  /** At apply. Does nothing, and raises nothing, if it is on already. @throws rootUserNotExist, rootRoleNotExist */
  enable(): void {
    if (this.#state.enabled) return;
    const root = this.#state.user(ROOT_USER);
    if (root === undefined) throw refuse.rootUserNotExist();
    if (!root.roles.includes(ROOT_ROLE)) throw refuse.rootRoleNotExist();
    this.#state.setEnabled(true);
    this.#tokens.enable();
    this.#log({ level: 'info', message: 'enabled authentication', fields: {} });
  }

  /** At apply. Raises the revision, unless it is off already. */
  disable(): void {
    if (!this.#state.enabled) return;
    this.#state.setEnabled(false);
    this.#state.changed();
    this.#tokens.disable();
    this.#log({ level: 'info', message: 'disabled authentication', fields: {} });
  }

  /**
   * At apply: gives a token to a user whose password was checked before.
   * @returns fetches the token; may reject with `verifyOnlyKey`
   * @throws authNotEnabled, authFailed
   */
  authenticate(name: string, tokenPrefix: string, index: bigint): () => Promise<string> {
    if (!this.#state.enabled) throw refuse.authNotEnabled();
    const user = this.#state.user(name);
    if (user === undefined || user.options?.no_password === true) throw refuse.authFailed();
    return this.#tokens.assign(name, this.#state.revision, tokenPrefix, index);
  }

  /** The part of a token that is drawn before `authenticate` is proposed. */
  newTokenPrefix(): string {
    return this.#tokens.newPrefix();
  }

  /**
   * @returns the revision at which the password was the user's
   * @throws authNotEnabled, authFailed, noPasswordUser
   */
  async checkPassword(name: string, password: string): Promise<bigint> {
    if (!this.#state.enabled) throw refuse.authNotEnabled();
    const user = this.#state.user(name);
    if (user === undefined) throw refuse.authFailed();
    if (user.options?.no_password === true) throw refuse.noPasswordUser();
    const revision = this.#state.revision;
    if (await isPassword(password, user.password)) return revision;
    this.#log({ level: 'info', message: 'invalid password', fields: { 'user-name': name } });
    throw refuse.authFailed();
  }

  /** What to propose for a new user: with a hash where the password was. @throws passwordTooLong */
  async prepareUserAdd(request: AuthUserAddRequest): Promise<AuthUserAddRequest> {
    if (request.options?.no_password === true) return { ...request, password: '' };
    return { ...request, password: '', hashedPassword: await hashPassword(request.password, this.#bcryptCost) };
  }

  /** The same for a new password; an empty one leaves the user without any that could match. @throws passwordTooLong */
  async preparePasswordChange(request: AuthUserChangePasswordRequest): Promise<AuthUserChangePasswordRequest> {
    if (request.password === '') return request;
    return { ...request, password: '', hashedPassword: await hashPassword(request.password, this.#bcryptCost) };
  }

  /**
   * Who a request comes from: whom its token was given to, or without one whom its certificate names.
   * @returns undefined if it names nobody
   * @throws invalidAuthToken
   */
  async identify(caller: AuthCaller): Promise<Identity | undefined> {
    const token = this.#tokenOf(caller);
    if (token === undefined) return this.#named(caller);
    return this.#known(token, await this.#tokens.identify(token, this.#state.revision, caller.signal));
  }

  /**
   * The same at once, for a caller whom `identify` has known before and who asks again on the same stream: the token
   * may have expired or been forgotten since, and the auth revision may be another.
   * @throws invalidAuthToken
   */
  identifyAgain(caller: AuthCaller): Identity | undefined {
    const token = this.#tokenOf(caller);
    if (token === undefined) return this.#named(caller);
    return this.#known(token, this.#tokens.recall(token, this.#state.revision));
  }

  /** For what a member does by itself, such as revoking expired leases. */
  self(): Identity {
    return this.#state.enabled ? { name: ROOT_USER, revision: this.#state.revision } : NOBODY;
  }

  capture(): Capture {
    return this.#state.capture();
  }

  #tokenOf({ token }: AuthCaller): string | undefined {
    return this.#state.enabled ? token?.replace(/^Bearer /, '') : undefined;
  }

  #named({ commonName }: AuthCaller): Identity | undefined {
    return commonName === undefined ? undefined : { name: commonName, revision: this.#state.revision };
  }

  #known(token: string, identity: Identity | undefined): Identity {
    if (identity !== undefined) return identity;
    const fingerprint = createHash('sha256').update(token).digest('hex').slice(0, 12);
    this.#log({ level: 'warn', message: 'invalid auth token', fields: { 'token-fingerprint': fingerprint } });
    throw refuse.invalidAuthToken();
  }
}
