/**
 * flags/: the grammar of command lines, that of pflag 1.0.10 and cobra 1.10.2 with their words for every error.
 * Records of specs say which flags there are; `splitCommand` finds the command, `parseFlags` reads its flags,
 * `flagUsages` describes them. Nothing here knows a command, prints or exits.
 */
export { formatCsvLine, parseCsvLine } from './csv.ts';
export { FlagError, type FlagFault } from './errors.ts';
export { flagName } from './names.ts';
export { type HelpRequested, type ParsedFlags, parseFlags, type ParseOptions } from './parse.ts';
export {
  bool,
  duration,
  type FlagSpec,
  type FlagSpecs,
  type FlagValues,
  int,
  int64,
  string,
  stringSlice,
  uint,
  uint64,
} from './spec.ts';
export {
  type CommandLike,
  splitCommand,
  type SplitCommand,
  unknownCommand,
  UnknownCommandError,
} from './split-command.ts';
export { editDistance, nearestFlag, suggest } from './suggest.ts';
export { flagUsages } from './usage.ts';
