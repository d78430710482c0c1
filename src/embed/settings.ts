import { type ClusterOptions, StartError, type Storage } from './options.ts';
import type { LogSink } from '../base/index.ts';

/** Options with everything decided. */
export interface Settings {
  readonly size: number;
  readonly names: readonly string[];
  readonly storage: Storage;
  readonly dataDir: string | undefined;
  readonly tls: boolean;
  /** Of root, where authentication is on; empty: make one up. */
  readonly rootPassword: string | undefined;
  /** Undefined: no port. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly clock: 'system' | 'virtual';
  readonly seed: number;
  readonly log: LogSink;
  readonly startTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly electionTimeoutMs: number;
  readonly limits: Limits;
}

/** What goes to the members as it is, where it was given. */
export type Limits = Pick<
  ClusterOptions,
  | 'snapshotCount'
  | 'snapshotCatchUpEntries'
  | 'quotaBytes'
  | 'maxRequestBytes'
  | 'maxTxnOps'
  | 'authToken'
  | 'bcryptCost'
  | 'watchProgressIntervalMs'
  | 'watchQueueResponses'
>;

const LARGEST_SIZE = 9;
const LARGEST_PORT = 65_535;
const LEAST_BCRYPT_COST = 4;
/** etcd's own bounds. */
const HEARTBEATS_PER_ELECTION = 5;
const LONGEST_ELECTION_MS = 50_000;

/** @param randomSeed in place of one that was not given @throws StartError that names the option */
export function settingsOf(options: ClusterOptions, randomSeed: number): Settings {
  const {
    size = options.names?.length ?? 1,
    heartbeatMs = 100,
    electionTimeoutMs = 1000,
    storage = 'memory',
    dataDir,
  } = options;
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_SIZE) {
    throw new StartError(`size is a number of members from 1 to ${LARGEST_SIZE}, not ${size}`);
  }
  if (storage !== 'memory' && storage !== 'disk')
    throw new StartError(`storage is memory or disk, not ${String(storage)}`);
  if (dataDir !== undefined && storage === 'memory') throw new StartError("dataDir goes with storage: 'disk'");
  checkTimes(heartbeatMs, electionTimeoutMs);
  return {
    size,
    names: namesOf(options.names, size),
    storage,
    dataDir,
    tls: options.tls ?? false,
    rootPassword: rootPasswordOf(options.auth ?? false),
    listen: listenOf(options.listen ?? true, size),
    clock: options.clock ?? 'system',
    seed: options.seed ?? randomSeed,
    log: options.log ?? (() => undefined),
    startTimeoutMs: options.startTimeoutMs ?? 10_000,
    heartbeatMs,
    electionTimeoutMs,
    limits: { ...given(options), bcryptCost: options.bcryptCost ?? LEAST_BCRYPT_COST },
  };
}

function namesOf(names: readonly string[] | undefined, size: number): readonly string[] {
  if (names === undefined) return Array.from({ length: size }, (_, index) => `m${index + 1}`);
  if (names.length !== size) throw new StartError(`there are ${names.length} names for ${size} members`);
  if (new Set(names).size !== size) throw new StartError(`two members have the same name: ${names.join(', ')}`);
  const bad = names.find((name) => !isName(name));
  if (bad !== undefined) throw new StartError(`${NAME_RULE}: not ${JSON.stringify(bad)}`);
  return names;
}

/** A member's name is part of its peer URL and its directory. */
export const isName = (name: string): boolean => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name);
export const NAME_RULE = "a member's name is of letters, digits and hyphens, at most 63 of them";

function checkTimes(heartbeatMs: number, electionTimeoutMs: number): void {
  if (!(heartbeatMs > 0)) throw new StartError(`heartbeatMs is a time above 0, not ${heartbeatMs}`);
  if (!(electionTimeoutMs >= HEARTBEATS_PER_ELECTION * heartbeatMs)) {
    throw new StartError(
      `electionTimeoutMs (${electionTimeoutMs}) is to be at least ${HEARTBEATS_PER_ELECTION} times heartbeatMs (${heartbeatMs})`,
    );
  }
  if (electionTimeoutMs > LONGEST_ELECTION_MS) {
    throw new StartError(`electionTimeoutMs is at most ${LONGEST_ELECTION_MS}, not ${electionTimeoutMs}`);
  }
}

function rootPasswordOf(auth: NonNullable<ClusterOptions['auth']>): string | undefined {
  if (typeof auth === 'boolean') return auth ? '' : undefined;
  if (auth.rootPassword === '') throw new StartError('auth.rootPassword is empty');
  return auth.rootPassword;
}

function listenOf(listen: NonNullable<ClusterOptions['listen']>, size: number): Settings['listen'] {
  if (listen === false) return undefined;
  const { host = '127.0.0.1', port = 0 } = listen === true ? {} : listen;
  if (!Number.isInteger(port) || port < 0 || (port > 0 && port + size - 1 > LARGEST_PORT)) {
    throw new StartError(`listen.port is 0, or leaves room for ${size} ports up to ${LARGEST_PORT}: not ${port}`);
  }
  return { host, port };
}

const LIMIT_NAMES = [
  'snapshotCount',
  'snapshotCatchUpEntries',
  'quotaBytes',
  'maxRequestBytes',
  'maxTxnOps',
  'authToken',
  'watchProgressIntervalMs',
  'watchQueueResponses',
] as const;

const given = (options: ClusterOptions): Limits =>
  Object.fromEntries(LIMIT_NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
