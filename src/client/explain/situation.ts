import type { TlsFiles } from '../config.ts';
import type { BadEndpoint, Endpoint } from '../endpoints.ts';

/** What the client knows about one endpoint when a call has failed. */
export interface EndpointState {
  readonly endpoint: Endpoint | BadEndpoint;
  /** The last thing that went wrong there: TransportFailure or GrpcError. */
  readonly failure: unknown;
  /** Connected, with the call on its way. */
  readonly isConnected: boolean;
}

/** What explanations may draw on. No secrets: a user's name, never the password or token. */
export interface Situation {
  readonly endpoints: readonly EndpointState[];
  readonly tls?: TlsFiles | undefined;
  readonly userName?: string | undefined;
  /** A user name came without a password, so that no token was fetched. */
  readonly lacksPassword?: boolean;
  readonly usesJwt?: boolean;
  /** The revision that the cluster is at. */
  readonly revision?: bigint;
  /** The revision up to which history has been compacted. */
  readonly compactRevision?: bigint;
}
