import type { LogSink } from '../base/index.ts';
import type { Config, Logger, Storage } from '../raft/index.ts';
import type { Limits } from './limits.ts';

const MAX_BYTES_PER_MESSAGE = 1024 * 1024;
const MAX_INFLIGHT_MESSAGES = 512;

/** The settings by which etcd runs its members. */
export function raftConfig(
  id: bigint,
  storage: Storage,
  applied: bigint,
  limits: Limits,
  options: { readonly randomInt: (bound: number) => number; readonly log: LogSink; readonly preVote: boolean },
): Config {
  return {
    id,
    storage,
    applied,
    electionTicks: limits.electionTicks,
    heartbeatTicks: 1,
    randomInt: options.randomInt,
    asyncStorageWrites: true,
    maxBytesPerMessage: MAX_BYTES_PER_MESSAGE,
    maxInflightMessages: MAX_INFLIGHT_MESSAGES,
    checkQuorum: true,
    preVote: options.preVote,
    readOnly: 'safe',
    logger: raftLogger(options.log),
  };
}

function raftLogger(log: LogSink): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (line: string): void =>
      log({ level, message: line, fields: {} });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
