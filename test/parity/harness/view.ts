/** What of an outcome is compared, after the rules were applied to it. */
import type { Case } from './case.ts';
import { messages, withoutLogLines } from './messages.ts';
import { normalise, type Surroundings } from './rules.ts';
import { canonicalTable } from './tables.ts';
import type { Outcome } from './world.ts';

export interface View {
  readonly exitCode: number;
  readonly stdout: string;
  readonly messages: readonly string[];
  readonly after: string;
}

export type Aspect = keyof View;

export function viewOf(outcome: Outcome, { rules = [], terminal = false }: Case, surroundings: Surroundings): View {
  const known = { ...surroundings, leases: outcome.leases };
  const apply = (text: string): string => normalise(canonicalTable(text), rules, known);
  return {
    exitCode: outcome.exitCode,
    stdout: terminal ? apply(withoutLogLines(outcome.stdout)) : apply(outcome.stdout),
    messages: messages(apply(outcome.stderr)),
    after: [apply(outcome.after.stdout), ...messages(apply(outcome.after.stderr))].join('\n'),
  };
}
