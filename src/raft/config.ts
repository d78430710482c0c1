import { RaftError } from './errors.ts';
import type { Storage } from './log/index.ts';
import { type Logger, SILENT_LOGGER } from './logger.ts';
import { APPLY_THREAD, NONE } from './types.ts';

/** How a leader makes sure that it still is the leader before it lets a read go on. */
export type ReadOnlyOption =
  /** It asks a quorum. Needs no clock. */
  | 'safe'
  /** It trusts that no other leader arises within an election timeout. Unsafe where clocks drift; needs `checkQuorum`. */
  | 'leaseBased';

/** What a node is started with. Times are in ticks, sizes in bytes; `Infinity` means no limit. */
export interface Config {
  /** Unique for all time, even after the node is removed. Neither 0 nor one of the two highest 64-bit numbers. */
  readonly id: bigint;
  /** A follower that hears nothing for one to two times as long starts an election. Ten heartbeats is usual. */
  readonly electionTicks: number;
  /** A leader sends heartbeats this often. */
  readonly heartbeatTicks: number;
  readonly storage: Storage;
  /** A random whole number in `[0, bound)`: spreads election timeouts so that votes are rarely split. */
  readonly randomInt: (bound: number) => number;
  /** After a restart: the last index that the state machine holds. Entries up to there are not handed out again. */
  readonly applied?: bigint;
  /** Storage is written by messages and responses instead of `ready` and `advance`. See the door. */
  readonly asyncStorageWrites?: boolean;
  /** Limits the entries of one append message; 0 sends them one by one. Default: no limit. */
  readonly maxBytesPerMessage?: number;
  /** Limits the committed entries handed out and not yet applied. Default: `maxBytesPerMessage`. */
  readonly maxApplyingBytes?: number;
  /** A leader refuses proposals beyond this many uncommitted payload bytes. Default: no limit. */
  readonly maxUncommittedBytes?: number;
  /** Append messages that may be on their way to one follower. */
  readonly maxInflightMessages: number;
  /** Payload bytes that may be on their way to one follower; at least `maxBytesPerMessage`. Default: no limit. */
  readonly maxInflightBytes?: number;
  /** A leader that hears from no quorum for an election timeout steps down. */
  readonly checkQuorum?: boolean;
  /** Ask whether an election could be won before starting one: a node that was cut off does not disturb its return. */
  readonly preVote?: boolean;
  /** Default: `safe`. */
  readonly readOnly?: ReadOnlyOption;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Followers refuse proposals instead of forwarding them to the leader. */
  readonly disableProposalForwarding?: boolean;
  /** Let membership changes into the log unchecked; an impossible one stops every node when it is applied. */
  readonly disableConfChangeValidation?: boolean;
  /** A leader that is removed or demoted steps down as it applies that change. */
  readonly stepDownOnRemoval?: boolean;
}

/** A config with every default filled in. */
export type Settings = Required<Config>;

/** @throws {RaftError} `invalidConfig` naming the setting that is wrong */
export function settle(config: Config): Settings {
  const maxBytesPerMessage = config.maxBytesPerMessage ?? Number.POSITIVE_INFINITY;
  const settings: Settings = {
    ...config,
    applied: config.applied ?? 0n,
    asyncStorageWrites: config.asyncStorageWrites ?? false,
    maxBytesPerMessage,
    maxApplyingBytes: config.maxApplyingBytes ?? Math.max(1, maxBytesPerMessage),
    maxUncommittedBytes: config.maxUncommittedBytes ?? Number.POSITIVE_INFINITY,
    maxInflightBytes: config.maxInflightBytes ?? Number.POSITIVE_INFINITY,
    checkQuorum: config.checkQuorum ?? false,
    preVote: config.preVote ?? false,
    readOnly: config.readOnly ?? 'safe',
    logger: config.logger ?? SILENT_LOGGER,
    disableProposalForwarding: config.disableProposalForwarding ?? false,
    disableConfChangeValidation: config.disableConfChangeValidation ?? false,
    stepDownOnRemoval: config.stepDownOnRemoval ?? false,
  };
  validate(settings);
  return settings;
}

function validate(settings: Settings): void {
  const { id, heartbeatTicks, electionTicks } = settings;
  demand(id !== NONE, 'id must not be 0, which stands for no node');
  demand(id > 0n && id < APPLY_THREAD, 'id must not be that of a local storage thread');
  demand(wholeAtLeast(heartbeatTicks, 1), 'heartbeatTicks must be a whole number greater than 0');
  demand(wholeAtLeast(electionTicks, heartbeatTicks + 1), 'electionTicks must be greater than heartbeatTicks');
  demand(settings.maxInflightMessages >= 1, 'maxInflightMessages must be greater than 0');
  demand(settings.maxBytesPerMessage >= 0, 'maxBytesPerMessage must not be negative');
  demand(settings.maxApplyingBytes >= 1, 'maxApplyingBytes must be greater than 0');
  demand(settings.maxUncommittedBytes >= 1, 'maxUncommittedBytes must be greater than 0');
  demand(settings.maxInflightBytes >= 1, 'maxInflightBytes must be greater than 0');
  demand(
    settings.maxInflightBytes >= settings.maxBytesPerMessage,
    'maxInflightBytes must be at least maxBytesPerMessage',
  );
  demand(
    settings.readOnly !== 'leaseBased' || settings.checkQuorum,
    'checkQuorum must be enabled when readOnly is leaseBased',
  );
}

function wholeAtLeast(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function demand(holds: boolean, broken: string): void {
  if (!holds) {
    throw new RaftError('invalidConfig', `invalid raft config: ${broken}`);
  }
}
