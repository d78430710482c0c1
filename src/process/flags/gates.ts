import { parseBool, TextError } from '../../base/index.ts';

type Stage = 'alpha' | 'beta';

interface Gate {
  readonly stage: Stage;
  readonly initial: boolean;
  /** Undefined where the gate changes what this server does. */
  readonly noEffect?: string;
}

/** etcd 3.7's feature gates (server/features). */
export const GATES = {
  CompactHashCheck: { stage: 'alpha', initial: false },
  FastLeaseKeepAlive: { stage: 'beta', initial: true, noEffect: 'a renewal never waits for the log here' },
  InitialCorruptCheck: { stage: 'alpha', initial: false },
  LeaseCheckpoint: { stage: 'alpha', initial: false },
  LeaseCheckpointPersist: { stage: 'alpha', initial: false },
  PriorityRequest: { stage: 'alpha', initial: false, noEffect: 'requests are answered in the order of their arrival' },
  SetMemberLocalAddr: { stage: 'alpha', initial: false },
  StopGRPCServiceOnDefrag: { stage: 'alpha', initial: false, noEffect: 'nothing waits for a defragmentation here' },
  TxnModeWriteWithSharedBuffer: { stage: 'beta', initial: true, noEffect: 'there are no read buffers to share' },
} as const satisfies Readonly<Record<string, Gate>>;

export type GateName = keyof typeof GATES;
export type GateValues = Readonly<Record<GateName, boolean>>;

const isGate = (name: string): name is GateName => Object.hasOwn(GATES, name);
const ALL_OF: Readonly<Record<string, Stage>> = { AllAlpha: 'alpha', AllBeta: 'beta' };

/**
 * Reads `A=true,AllAlpha=false`. AllAlpha and AllBeta hold for those gates that are not named.
 * @throws TextError in etcd's words
 */
export function parseGates(text: string): GateValues {
  const named = new Map<GateName, boolean>();
  const stages = new Map<Stage, boolean>();
  for (const pair of text.split(',').filter((word) => word !== '')) {
    const { name, value } = parsePair(pair);
    const stage = ALL_OF[name];
    if (stage !== undefined) stages.set(stage, value);
    else if (isGate(name)) named.set(name, value);
    else throw new TextError(`unrecognized feature gate: ${name}`);
  }
  const value = (name: GateName): boolean => named.get(name) ?? stages.get(GATES[name].stage) ?? GATES[name].initial;
  return {
    CompactHashCheck: value('CompactHashCheck'),
    FastLeaseKeepAlive: value('FastLeaseKeepAlive'),
    InitialCorruptCheck: value('InitialCorruptCheck'),
    LeaseCheckpoint: value('LeaseCheckpoint'),
    LeaseCheckpointPersist: value('LeaseCheckpointPersist'),
    PriorityRequest: value('PriorityRequest'),
    SetMemberLocalAddr: value('SetMemberLocalAddr'),
    StopGRPCServiceOnDefrag: value('StopGRPCServiceOnDefrag'),
    TxnModeWriteWithSharedBuffer: value('TxnModeWriteWithSharedBuffer'),
  };
}

function parsePair(pair: string): { name: string; value: boolean } {
  const at = pair.indexOf('=');
  const name = (at < 0 ? pair : pair.slice(0, at)).trim();
  if (at < 0) throw new TextError(`missing bool value for ${name}`);
  const text = pair.slice(at + 1).trim();
  try {
    return { name, value: parseBool(text) };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`invalid value of ${name}=${text}, err: ${error.message}`);
  }
}
