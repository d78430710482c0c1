import { Chalk, type ColorSupportLevel } from 'chalk';
import type { Output } from './io.ts';

type Style = (text: string) => string;

export interface Styles {
  readonly error: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly faint: Style;
}

/** Whether colour is wanted on an output: FORCE_COLOR decides if set, then NO_COLOR, then whether it is a terminal. */
export function wantsColor(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return output.isTty && env['TERM'] !== 'dumb';
}

/** Styles for an output: plain text where colour is not wanted. */
export function styles(output: Output, env: Readonly<Record<string, string | undefined>>): Styles {
  const level: ColorSupportLevel = wantsColor(output, env) ? 1 : 0;
  const chalk = new Chalk({ level });
  return { error: chalk.red, good: chalk.green, bad: chalk.red, faint: chalk.dim };
}
