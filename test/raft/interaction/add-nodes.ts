import { EMPTY_CONF_STATE, NO_BYTES, RaftError, type Snapshot } from '../../../src/raft/index.ts';
import { boolean, integer, word } from '../transcript/args.ts';
import type { Arg, Directive } from '../transcript/grammar.ts';
import type { Env } from './env.ts';
import type { MemberConfig } from './member.ts';

interface Start {
  config: MemberConfig;
  snapshot: Snapshot;
}

/** Takes one `name=value` of the directive into the start. */
type Option = (start: Start, arg: Arg) => Start;

const configured =
  (make: (value: string) => Partial<MemberConfig>): Option =>
  (start, { values }) => ({ ...start, config: { ...start.config, ...make(values[0] ?? '') } });

const OPTIONS: Readonly<Record<string, Option>> = {
  voters: (start, { values }) => withConfState(start, { voters: values.map(BigInt) }),
  learners: (start, { values }) => withConfState(start, { learners: values.map(BigInt) }),
  index: ({ config, snapshot }, { values }) => {
    const index = BigInt(values[0] ?? '');
    return { config: { ...config, applied: index }, snapshot: { ...snapshot, index } };
  },
  content: ({ config, snapshot }, { values }) => ({
    config,
    snapshot: { ...snapshot, data: new TextEncoder().encode(values[0] ?? '') },
  }),
  inflight: configured((value) => ({ maxInflightMessages: integer(value) })),
  'async-storage-writes': configured((value) => ({ asyncStorageWrites: boolean(value) })),
  prevote: configured((value) => ({ preVote: boolean(value) })),
  checkquorum: configured((value) => ({ checkQuorum: boolean(value) })),
  'max-committed-size-per-ready': configured((value) => ({ maxApplyingBytes: integer(value) })),
  'disable-conf-change-validation': configured((value) => ({ disableConfChangeValidation: boolean(value) })),
  'read-only': configured((value) => ({ readOnly: value === 'lease-based' ? 'leaseBased' : 'safe' })),
  'step-down-on-removal': configured((value) => ({ stepDownOnRemoval: boolean(value) })),
};

/**
 * `add-nodes <count> voters=(..) learners=(..) index=<n> content=<text> ..`:
 * starts members with the next ids, each from a snapshot at `index` if one is given.
 */
export function addNodes(env: Env, directive: Directive): void {
  let start: Start = {
    config: { electionTicks: 3, heartbeatTicks: 1, maxInflightMessages: 0x7fff_ffff },
    snapshot: { index: 0n, term: 0n, confState: EMPTY_CONF_STATE, data: NO_BYTES },
  };
  const given = directive.args.slice(1);
  for (const arg of given) {
    const apply = OPTIONS[arg.key];
    if (apply === undefined) {
      throw new Error(`line ${directive.line}: unknown option ${arg.key}`);
    }
    start = apply(start, arg);
  }
  const hasSnapshot = given.some(({ key }) => ['voters', 'learners', 'index', 'content'].includes(key));
  if (hasSnapshot && start.snapshot.index <= 1n) {
    throw new RaftError('invalidConfig', 'index must be specified as > 1 due to bootstrap');
  }
  const snapshot = hasSnapshot ? { ...start.snapshot, term: 1n } : start.snapshot;
  for (let count = integer(word(directive, 0)); count > 0; count--) {
    env.addMember(start.config, snapshot);
  }
}

function withConfState({ config, snapshot }: Start, part: Partial<Snapshot['confState']>): Start {
  return { config, snapshot: { ...snapshot, confState: { ...snapshot.confState, ...part } } };
}
