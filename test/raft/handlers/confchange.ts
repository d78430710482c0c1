import {
  type ChangeContext,
  enterJoint,
  leaveJoint,
  type Membership,
  simpleChange,
} from '../../../src/raft/confchange/index.ts';
import { RaftError } from '../../../src/raft/errors.ts';
import { EMPTY_CONFIG, formatConfig, formatProgressMap, Inflights } from '../../../src/raft/tracker/index.ts';
import { boolean, option } from '../transcript/args.ts';
import { parseChanges } from '../transcript/changes.ts';
import type { Directive } from '../transcript/grammar.ts';

const COMMANDS = ['simple', 'enter-joint', 'leave-joint'];

/**
 * `simple`, `enter-joint autoleave=<bool>` and `leave-joint`: the input lists
 * the changes (see {@link parseChanges}), the output is the membership and the
 * progress of each member. The log grows by one entry with each command.
 */
export function confChangeHandler(): (directive: Directive) => string | undefined {
  let membership: Membership = { config: EMPTY_CONFIG, progress: new Map() };
  let lastIndex = 0n;
  return (directive) => {
    if (!COMMANDS.includes(directive.command)) {
      return undefined;
    }
    try {
      membership = change(directive, membership, { lastIndex, newInflights });
    } catch (error) {
      if (error instanceof RaftError) {
        return `${error.message}\n`;
      }
      throw error;
    } finally {
      lastIndex++;
    }
    return `${formatConfig(membership.config)}\n${formatProgressMap(membership.progress)}`;
  };
}

function newInflights(): Inflights {
  return new Inflights({ maxMessages: 10, maxBytes: Number.POSITIVE_INFINITY });
}

function change(directive: Directive, from: Membership, context: ChangeContext): Membership {
  const changes = parseChanges(directive.input);
  switch (directive.command) {
    case 'simple':
      return simpleChange(from, context, changes);
    case 'enter-joint':
      return enterJoint(from, context, changes, boolean(option(directive, 'autoleave')?.values[0] ?? 'false'));
    default:
      if (changes.length > 0) {
        throw new RaftError('invalidConfChange', 'this command takes no input');
      }
      return leaveJoint(from);
  }
}
