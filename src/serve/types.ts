import type { Clock, LogSink } from '../base/index.ts';
import type { PeerCertificate } from 'node:tls';
import type { Address, Transport } from '../grpc/index.ts';
import type { Family } from '../figures/index.ts';
import type { AccessRules } from './http/access.ts';

/** Where to listen. Port 0 takes any free one; a unix path is replaced when nobody answers there, and removed at close. */
export interface Listener {
  readonly address: Address;
  /** TLS with `ServeOptions.tls`, which must be there then; `optional` serves those who begin without it, too. */
  readonly secure?: boolean | 'optional';
  /** What is answered here: everything when absent. `metrics`: /metrics, /health, /livez and /readyz. */
  readonly serves?: 'grpc' | 'http' | 'metrics';
}

/** TLS material in PEM. */
export interface ServerTls {
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** Authorities of client certificates. */
  readonly clientCa?: string | Uint8Array;
  /** Absent: `required` when there is a `clientCa`, as with etcd, else `none`. `optional` verifies one if it is shown. */
  readonly clientCertificates?: 'none' | 'optional' | 'required';
  /** TLSv1.2 when absent. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** As OpenSSL lists them; the platform's choice when absent. */
  readonly ciphers?: string | undefined;
  /** Why a verified certificate may not come in all the same; undefined if it may. */
  readonly refusalOf?: ((certificate: PeerCertificate) => string | undefined) | undefined;
}

export interface ServeOptions {
  /** May be empty: then there is only `connect`. */
  readonly listeners?: readonly Listener[];
  /** A function is asked before each connection: files are replaced while a server runs. */
  readonly tls?: ServerTls | (() => ServerTls);
  /** Answer JSON under /v3/ (etcd's --enable-grpc-gateway); true when absent. */
  readonly gateway?: boolean;
  /** Who may ask over HTTP; anyone when absent. */
  readonly access?: AccessRules;
  /** The common name of a client's verified certificate speaks for it (etcd's --client-cert-auth). */
  readonly commonNames?: boolean;
  /** etcd's --max-request-bytes; 1.5 MiB when absent. The messages received may be 512 KiB larger. */
  readonly maxRequestBytes?: number;
  /** etcd's --max-concurrent-streams. */
  readonly maxConcurrentStreams?: number;
  /** Pings more frequent than this cost a client its connection; 5 seconds when absent, 0: any are allowed. */
  readonly minPingIntervalMs?: number;
  /** Clients that have been idle so long are pinged, and dropped if they do not answer in time; 2 hours and 20 seconds when absent. */
  readonly keepAlive?: { readonly idleMs: number; readonly timeoutMs: number };
  /** Streams that asked for a leader end after three of these without one; 1 second when absent. */
  readonly electionTimeoutMs?: number;
  /** Unary requests that take longer are logged (etcd's --warning-unary-request-duration); 300 when absent. */
  readonly slowRequestMs?: number;
  /** Tell how long calls take in /metrics, too (etcd's --metrics=extensive). */
  readonly callTimes?: boolean;
  /** Further figures for /metrics. */
  readonly figures?: () => readonly Family[];
  readonly clock?: Clock;
  readonly logger?: LogSink;
}

/** A member being served. */
export interface Served {
  /** Where it listens, in the order of the listeners, with the ports that were bound. */
  readonly addresses: readonly Address[];
  /** A new connection in this process, without a socket: what a Channel's `connect` option wants. */
  connect(): Transport;
  /**
   * Stops listening, lets unary calls finish for at most `graceMs` (0 when absent), ends streams with Unavailable, and
   * leaves no socket, timer or file behind.
   */
  close(graceMs?: number): Promise<void>;
}
