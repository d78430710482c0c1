import type { Output } from './io.ts';

/** Whether colour is wanted on an output: FORCE_COLOR decides if set, then NO_COLOR, then whether it is a terminal. */
export function wantsColor(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return output.isTty && env['TERM'] !== 'dumb';
}
