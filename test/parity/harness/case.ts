/** The shape of a parity case: one command line, run through both tools. */
import type { Step } from '../../support/steps.ts';
import type { Topology } from './topology.ts';
import type { RuleName } from './rules.ts';
import type { VersionDifference } from './versions.ts';

/** A bullet of the checklist such as `B-001`, or a row of the table of errors such as `row 12`. */
export type Covered = string;

/** The releases in which a command or flag came to be. */
export type Since = '3.4' | '3.5' | '3.6' | '3.7';

/** What a command prints, where no peer can be asked: its command or flag is newer. */
export interface Expected {
  readonly exitCode?: number;
  readonly stdout?: string | RegExp;
  /** The lines on stderr that are no log lines. */
  readonly stderr?: string;
  readonly after?: string;
}

export interface Case {
  /**
   * A line of POSIX shell with `etcdctl` on PATH, in a directory with the
   * certificates of the topology. Beside what `topology.ts` puts into the
   * environment it may use the variables that `setup` set.
   */
  readonly line: string;
  readonly covers: readonly Covered[];
  /** Unique among the cases; the line by default. */
  readonly name?: string;
  /** Default: plain. */
  readonly on?: Topology;
  /** Shell run before, where `etcdctl` is the real tool with root's rights. */
  readonly setup?: string;
  /** Calls of the JSON gateway made before the setup: path and body. */
  readonly prepare?: readonly (readonly [path: string, body: object])[];
  /** Shell run after by the real tool; what it prints is compared too. */
  readonly after?: string;
  readonly stdin?: string | Buffer;
  /** Descriptor 0 is not there at all. */
  readonly closedStdin?: boolean;
  /** Runs on a terminal, where stdout and stderr are one. */
  readonly terminal?: boolean;
  readonly steps?: readonly Step[];
  /** No ETCDCTL_* variable is set for the line but by itself. */
  readonly bare?: boolean;
  /** Rules of normalisation beside those that always apply. */
  readonly rules?: readonly RuleName[];
  /** Known differences between the releases that show here. */
  readonly versions?: readonly VersionDifference[];
  /** The release that brought what the line uses; older peers are not asked. */
  readonly since?: Since;
  /** The release whose servers can answer; on older ones the case is skipped. */
  readonly server?: Since;
  /** What to expect when a peer is too old to be asked. */
  readonly expected?: Expected;
  /** That is what a server of the old release answers; where another one is in its place, the case is skipped. */
  readonly expectsOldServer?: true;
  /** What it adds is told by ids that are made of the second: it is played until both twins add in the same one. */
  readonly sameSecond?: boolean;
  /** The servers are thrown away after this case. */
  readonly spoils?: boolean;
  readonly timeoutMs?: number;
}

export function nameOf(parityCase: Case): string {
  return parityCase.name ?? parityCase.line;
}
