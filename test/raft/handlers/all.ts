import { interactionHandler } from '../interaction/handler.ts';
import type { Handler } from '../transcript/replay.ts';
import { confChangeHandler } from './confchange.ts';
import { handleQuorum } from './quorum.ts';

/** Takes the commands of all kinds of transcripts; their names do not overlap. */
export function newHandler(): Handler {
  const changeMembership = confChangeHandler();
  const interact = interactionHandler();
  return (directive) =>
    interact(directive) ?? handleQuorum(directive) ?? changeMembership(directive) ?? 'unknown command';
}
