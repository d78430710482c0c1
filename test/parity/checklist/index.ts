/**
 * The surface of etcdctl and etcdutl 3.7.1 as a list of bullets, by which the
 * coverage of the parity cases is counted. Ids are stable: a letter for the
 * part and a number within it.
 */
import { FORMATS } from '../harness/formats.ts';
import { COMMANDS, PARENTS } from './commands.ts';
import { ETCDUTL, ETCDUTL_IN_FORMATS } from './etcdutl.ts';
import { GLOBAL_FLAGS, VARIABLES } from './flags.ts';
import { NOT_PRINTING, PRINTING } from './formats.ts';

const inFormats = (commands: readonly string[]): string[] =>
  commands.flatMap((command) => FORMATS.map((format) => `${command} -w ${format}`));

const PARTS: Readonly<Record<string, readonly string[]>> = {
  A: GLOBAL_FLAGS,
  B: COMMANDS,
  C: PARENTS,
  D: [...inFormats(PRINTING), ...NOT_PRINTING.map((command) => `${command} -w *`)],
  E: VARIABLES,
  F: ETCDUTL,
  H: inFormats(ETCDUTL_IN_FORMATS),
};

/** What each bullet stands for, by its id. */
export const checklist: ReadonlyMap<string, string> = new Map(
  Object.entries(PARTS).flatMap(([letter, titles]) =>
    titles.map((title, index): [string, string] => [`${letter}-${String(index + 1).padStart(3, '0')}`, title]),
  ),
);

/** Rows of the reference's table of bad inputs; each has a case. */
export const ERROR_ROWS = Array.from({ length: 64 }, (_, index) => `row ${index + 1}`);
