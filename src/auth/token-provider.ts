import type { CancelSignal } from '../base/index.ts';
import type { Identity } from './identity.ts';

/** Gives tokens out and knows them again. */
export interface TokenProvider {
  /** Authentication was turned on. Once it is on, this does nothing. */
  enable(): void;
  /** Authentication was turned off: tokens that are remembered are forgotten. */
  disable(): void;
  /** The user was deleted or has a new password: its remembered tokens are forgotten. */
  invalidateUser(name: string): void;
  /** The part of a token that is drawn before the request for it is proposed. */
  newPrefix(): string;
  /**
   * Gives a token to a user when the request for it is applied, at `index` of the log.
   * @returns fetches the token; where making one takes work, only the member that was asked need do it
   */
  assign(name: string, revision: bigint, prefix: string, index: bigint): () => Promise<string>;
  /** Whose token that is, at which revision; undefined if it is not valid. */
  identify(token: string, revision: bigint, signal?: CancelSignal): Promise<Identity | undefined>;
  /** The same at once, without waiting: knows any token that `identify` has known and that is still valid. */
  recall(token: string, revision: bigint): Identity | undefined;
}

/** The setting `--auth-token`, or a key file that it names, is of no use. */
export class AuthOptionsError extends Error {
  override readonly name = 'AuthOptionsError';
}
