import type { EtcdError } from '../../wire/etcd-error.ts';

/** What came of a request that went through the log. */
export type ApplyResult =
  | {
      /** A message of the request's own kind, header included. */
      readonly response: object;
      /** For compactions: when the records are gone, too. */
      readonly done?: Promise<void>;
      readonly error?: undefined;
    }
  | { readonly error: EtcdError; readonly response?: undefined; readonly done?: undefined };
