import { bool, duration, type FlagValues, int, string, stringSlice } from './flags/index.ts';

/** The flags that every command takes; `etcdctl options` lists them, other help does not. */
export const globalFlags = {
  endpoints: stringSlice(['127.0.0.1:2379'], 'gRPC endpoints'),
  debug: bool(false, 'print the effective settings and what the client does to stderr'),
  writeOut: string('simple', 'set the output format (fields, json, protobuf, simple, table, yaml)', {
    short: 'w',
    values: ['fields', 'json', 'protobuf', 'simple', 'table', 'yaml'],
  }),
  hex: bool(false, 'print byte strings as hex encoded strings'),
  dialTimeout: duration('2s', 'dial timeout for client connections'),
  commandTimeout: duration('5s', 'timeout for short running command'),
  keepaliveTime: duration('2s', 'keepalive time for client connections'),
  keepaliveTimeout: duration('6s', 'keepalive timeout for client connections'),
  maxRequestBytes: int(0, 'largest request that is sent, in bytes (0 means 2097152)'),
  maxRecvBytes: int(0, 'largest response that is accepted, in bytes (0 means 2147483647)'),
  insecureTransport: bool(true, 'speak plaintext to endpoints without a scheme; false asks for TLS'),
  insecureDiscovery: bool(true, 'accept insecure SRV records describing cluster endpoints'),
  insecureSkipTlsVerify: bool(
    false,
    'skip server certificate verification (only for tests: anyone can pose as the server)',
  ),
  cert: string('', 'identify secure client using this TLS certificate file'),
  key: string('', 'identify secure client using this TLS key file'),
  cacert: string('', 'verify certificates of TLS-enabled secure servers using this CA bundle'),
  authJwtToken: string('', 'JWT token used for authentication (--user and --password are then ignored)'),
  user: string('', 'username[:password] for authentication (prompt if password is not supplied)'),
  password: string('', 'password for authentication (--user is then taken whole as the name)'),
  discoverySrv: string('', 'domain name to query for SRV records describing cluster endpoints', { short: 'd' }),
  discoverySrvName: string('', 'service name to query when using DNS discovery'),
} as const;

/** The flag that the parent `endpoint` hands down to its commands. */
export const clusterFlag = {
  cluster: bool(false, 'use all endpoints from the cluster member list'),
} as const;

export type GlobalValues = FlagValues<typeof globalFlags>;
