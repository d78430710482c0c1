import type { CancelSignal } from '../base/index.ts';

/** Who a request speaks for, as it travels in the header of an entry. */
export interface Identity {
  readonly name: string;
  /** The auth revision at which the name was established; 0 for nobody. */
  readonly revision: bigint;
}

/** A request without a token or a certificate's name. */
export const NOBODY: Identity = { name: '', revision: 0n };

/** What a request brings along to identify itself by. */
export interface AuthCaller {
  readonly token?: string | undefined;
  readonly commonName?: string | undefined;
  readonly signal?: CancelSignal | undefined;
}
