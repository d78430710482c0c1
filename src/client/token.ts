import type { AuthenticateRequest, AuthenticateResponse, Init } from '../wire/index.ts';
import type { CallBounds } from './api.ts';
import type { ClientConfig } from './config.ts';

export type Authenticate = (request: Init<AuthenticateRequest>, bounds: CallBounds) => Promise<AuthenticateResponse>;

/** The token that calls carry: one given as is, one fetched for a user, or none. */
export class Token {
  /** Empty: calls go out without one. */
  value: string;
  readonly #user: ClientConfig['user'];
  readonly #authenticate: Authenticate;
  #fetching: Promise<void> | undefined;

  constructor({ user, jwt }: Pick<ClientConfig, 'user' | 'jwt'>, authenticate: Authenticate) {
    this.value = jwt ?? '';
    // As with etcd, a user without a password (or a password without a user) is no user: requests go out anonymously.
    this.#user = jwt === undefined && user?.name !== '' && user?.password !== '' ? user : undefined;
    this.#authenticate = authenticate;
  }

  /** There is a user whose token can be fetched, and fetched again. */
  get isRenewable(): boolean {
    return this.#user !== undefined;
  }

  /** Fetches a new token; calls that find theirs rejected at the same time share one fetch. */
  async renew(bounds: CallBounds): Promise<void> {
    this.#fetching ??= this.#fetch(bounds).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(bounds: CallBounds): Promise<void> {
    if (this.#user === undefined) return;
    const { name, password } = this.#user;
    // An expired token beside the password would be rejected first.
    this.value = '';
    this.value = (await this.#authenticate({ name, password }, bounds)).token;
  }
}
