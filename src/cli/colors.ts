import { Chalk, type ColorSupportLevel } from 'chalk';
import type { Output } from './io.ts';
import { wantsColor } from './wants-color.ts';

type Style = (text: string) => string;

export interface Styles {
  readonly error: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly faint: Style;
}

/** Styles for an output: plain text where colour is not wanted. */
export function styles(output: Output, env: Readonly<Record<string, string | undefined>>): Styles {
  const level: ColorSupportLevel = wantsColor(output, env) ? 1 : 0;
  const chalk = new Chalk({ level });
  return { error: chalk.red, good: chalk.green, bad: chalk.red, faint: chalk.dim };
}
