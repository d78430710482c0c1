import type { Series } from '../../support/binaries.ts';
import type { Aspect } from '../harness/view.ts';

export interface DeliberateDifference {
  readonly id: string;
  /** The row of README's table of differences that tells of it: its first cell. */
  readonly readme: string;
  readonly reason: string;
  /** Names of the cases in which it shows, or patterns of them; it must show in each. */
  readonly cases: readonly (string | RegExp)[];
  /** The aspects that differ; all others must be equal. */
  readonly aspects: readonly Aspect[];
  /** Peers against which it shows; all by default. */
  readonly peers?: readonly Series[];
  /** What ours does there. */
  readonly ours: {
    readonly exitCode?: number;
    readonly stdout?: string | RegExp;
    /** Found in the lines on stderr. */
    readonly messages?: RegExp;
    readonly after?: string | RegExp;
  };
}
