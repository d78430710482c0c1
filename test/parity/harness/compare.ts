/** Judges two views of one case: equal, or in which aspects not. */
import type { Series } from '../../support/binaries.ts';
import type { Case, Expected, Since } from './case.ts';
import { withoutExplanations } from './messages.ts';
import { versionDifference } from './versions.ts';
import type { Aspect, View } from './view.ts';

export interface Mismatch {
  readonly aspect: Aspect;
  readonly theirs: unknown;
  readonly ours: unknown;
}

const ASPECTS: readonly Aspect[] = ['exitCode', 'stdout', 'messages', 'after'];

/** The aspects in which the views differ, once the known differences of the release are taken away. */
export function compare(parityCase: Case, series: Series, theirs: View, ours: View): Mismatch[] {
  const [left, right] = project(parityCase, series, theirs, ours);
  return mismatches(left, { ...right, messages: withoutExplanations(right.messages, left.messages) });
}

/** Known differences of the release that the case names and that do not show. */
export function staleVersions(parityCase: Case, series: Series, theirs: View, ours: View): string[] {
  const { versions = [] } = parityCase;
  return versions.filter((name) => {
    if (!olderThan(series, versionDifference(name).since)) return false;
    const others = { ...parityCase, versions: versions.filter((other) => other !== name) };
    return compare(others, series, theirs, ours).length === 0;
  });
}

/**
 * 3.6 warns of ETCDCTL_API=3, which older releases knew and every runbook sets.
 * Ours must not, so only theirs is relieved of it.
 */
export function withoutApiWarning(view: View): View {
  const warning = 'unrecognized environment variable ETCDCTL_API';
  return { ...view, messages: view.messages.filter((line) => line !== warning) };
}

/** How often a bar is drawn depends on time; ours draws none but on a terminal. */
export function withoutProgress(view: View): View {
  return { ...view, messages: view.messages.filter((line) => !/^\d+ \/ \d+ \[[->_]*\]/.test(line)) };
}

/** What a case expects where there is no peer to ask. */
export function compareExpected(expected: Expected, ours: View): Mismatch[] {
  const { exitCode = 0, stdout = '', stderr = '', after = ours.after } = expected;
  const lines = stderr.split('\n').filter((line) => line !== '');
  const shown = typeof stdout === 'string' ? stdout : stdout.test(ours.stdout) ? ours.stdout : String(stdout);
  const view = { exitCode, stdout: shown, messages: lines, after };
  return mismatches(view, { ...ours, messages: withoutExplanations(ours.messages, lines) });
}

export function olderThan(series: Since, since: Since): boolean {
  return Number(series.slice(2)) < Number(since.slice(2));
}

function project(parityCase: Case, series: Series, theirs: View, ours: View): [View, View] {
  let [left, right] = [theirs, ours];
  for (const name of parityCase.versions ?? []) {
    const difference = versionDifference(name);
    if (!olderThan(series, difference.since)) continue;
    left = difference.theirs?.(left) ?? left;
    right = difference.ours?.(right) ?? right;
  }
  return [left, right];
}

function mismatches(theirs: View, ours: View): Mismatch[] {
  return ASPECTS.filter((aspect) => JSON.stringify(theirs[aspect]) !== JSON.stringify(ours[aspect])).map((aspect) => ({
    aspect,
    theirs: theirs[aspect],
    ours: ours[aspect],
  }));
}
