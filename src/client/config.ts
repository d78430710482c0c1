/** Everything a client needs to know, from wherever it came. Durations in milliseconds, sizes in bytes. */
export interface ClientConfig {
  /** As the user wrote them: with or without scheme, `:2379`, `[::1]:2379`, `unix://path`. */
  readonly endpoints: readonly string[];
  readonly dialTimeoutMs: number;
  readonly keepAliveTimeMs: number;
  readonly keepAliveTimeoutMs: number;
  /** 0: the client's default of 2 MiB. */
  readonly maxRequestBytes: number;
  /** 0: the client's default of 2147483647. */
  readonly maxReceiveBytes: number;
  /** Absent: TLS only where an endpoint's scheme asks for it. */
  readonly tls?: TlsFiles;
  readonly user?: Credentials;
  /** Sent as the token instead of one fetched for `user`. */
  readonly jwt?: string;
}

/** TLS material by file name, read when the client is opened. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly serverName: string;
  readonly skipVerify: boolean;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
}
