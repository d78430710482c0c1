/** What a run of the parity suites amounts to, in a few lines. */
import type { Entry, Verdict } from './record.ts';

export interface Scope {
  /** Ids of the checklist's bullets. */
  readonly bullets: ReadonlySet<string>;
  /** Bullets that no case covers, with the reason, as `reason: N bullets`. */
  readonly uncovered: readonly { readonly bullets: readonly string[]; readonly reason: string }[];
}

/** Lines to print; none if no case was recorded. */
export function summarise(entries: readonly Entry[], { bullets, uncovered }: Scope): string[] {
  const ran = entries.filter(({ verdict }) => verdict !== 'skipped');
  if (ran.length === 0) return [];
  const lines = new Set(ran.map(({ name }) => name));
  const covered = new Set(good(ran).flatMap(({ covers }) => covers.filter((id) => bullets.has(id))));
  const deliberate = new Set(named(ran, 'deliberate').map(({ name }) => name));
  const releases = [...new Set(ran.map(({ release }) => release))].sort();
  return [
    ...releases.map((release) =>
      perRelease(
        release,
        ran.filter((entry) => entry.release === release),
      ),
    ),
    ...uncovered.map(({ bullets, reason }) => `  ${bullets.length} bullets not covered: ${reason}`),
    `parity: ${lines.size} command lines, ${covered.size}/${bullets.size} bullets covered, ` +
      `${deliberate.size} deliberate differences, ${named(ran, 'failed').length} unexplained`,
  ];
}

function perRelease(release: string, entries: readonly Entry[]): string {
  const count = (verdict: Verdict): number => named(entries, verdict).length;
  return (
    `  beside etcdctl ${release}: ${count('equal')} equal, ${count('expected')} as expected of 3.7, ` +
    `${count('deliberate')} deliberately different, ${count('failed')} unexplained`
  );
}

function named(entries: readonly Entry[], verdict: Verdict): readonly Entry[] {
  return entries.filter((entry) => entry.verdict === verdict);
}

function good(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ verdict }) => verdict !== 'failed');
}
