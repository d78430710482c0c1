import type { Directive } from '../transcript/grammar.ts';
import { COMMANDS } from './commands.ts';
import { Env, messageOf } from './env.ts';

/** Runs the commands of one interaction transcript; `undefined` for a command that is none of them. */
export function interactionHandler(): (directive: Directive) => string | undefined {
  const env = new Env();
  return (directive) => {
    const command = COMMANDS[directive.command];
    if (command === undefined) {
      return undefined;
    }
    env.output.reset();
    try {
      command(env, directive);
    } catch (error) {
      // Errors are printed at any level: a failed set-up must not go unseen.
      if (env.output.isQuiet) {
        return messageOf(error);
      }
      env.output.write(messageOf(error));
    }
    return env.output.text === '' ? 'ok' : env.output.text;
  };
}
