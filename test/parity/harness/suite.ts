/** Turns cases into vitest suites: one per release and topology, a test per case. */
import { afterAll, describe, expect, it } from 'vitest';
import type { EtcdRelease } from '../../support/binaries.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { subject } from '../../support/subject.ts';
import { suites, type SuiteName } from '../cases/index.ts';
import { claimants, type DeliberateDifference } from '../differences/index.ts';
import { nameOf, type Case } from './case.ts';
import {
  compare,
  compareExpected,
  olderThan,
  staleVersions,
  withoutApiWarning,
  withoutProgress,
  type Mismatch,
} from './compare.ts';
import { asAnyServer, hasOtherServer } from './own-server.ts';
import { record, type Verdict } from './record.ts';
import { topologies, type Topology } from './topology.ts';
import { Twins, type Side } from './twins.ts';
import { viewOf, type View } from './view.ts';
import type { Outcome } from './world.ts';

/** Another etcdctl in the place of ours, to test the suite itself: its known differences, its normalisation. */
const OTHER_SUBJECT = process.env.PARITY_SUBJECT;
const SUBJECT = OTHER_SUBJECT ?? subject('etcdctl');

const NOT_WITH_34: readonly SuiteName[] = ['slow checks', 'slow runbooks'];
const CASE_TIMEOUT_MS = 120_000;

export function parity(name: SuiteName): void {
  const cases: readonly Case[] = suites[name].flat();
  describeEtcd(`parity of ${name} with`, (release) => {
    if (release.series === '3.4' && NOT_WITH_34.includes(name)) {
      it.skip('a minute of load is spent on one release alone', () => undefined);
      return;
    }
    for (const topology of topologies) {
      const chosen = cases.filter((parityCase) => (parityCase.on ?? 'plain') === topology);
      if (chosen.length > 0) describe(topology, () => onTopology(release, topology, chosen));
    }
  });
}

function onTopology(release: EtcdRelease, topology: Topology, cases: readonly Case[]): void {
  const twins = new Twins(release, topology, { theirs: release.etcdctl, ours: SUBJECT });
  afterAll(() => twins.close());
  for (const parityCase of cases) {
    it(nameOf(parityCase), { timeout: CASE_TIMEOUT_MS }, async (context) => {
      const done = (verdict: Verdict): void =>
        record({ release: release.version, name: nameOf(parityCase), covers: parityCase.covers, verdict });
      context.onTestFailed(() => {
        done('failed');
        console.log(twins.logTails());
      });
      const verdict = await judge(twins, release, parityCase);
      done(verdict);
      if (verdict === 'skipped') context.skip(`etcd ${release.series} has no such command or flag`);
    });
  }
}

async function judge(twins: Twins, release: EtcdRelease, parityCase: Case): Promise<Verdict> {
  const { series } = release;
  const { since, expected } = parityCase;
  if (parityCase.server !== undefined && olderThan(series, parityCase.server)) return 'skipped';
  const tooOld = since !== undefined && olderThan(series, since);
  if (tooOld && (!expected || (hasOtherServer && parityCase.expectsOldServer))) return 'skipped';
  const outcomes = await twins.run(parityCase, tooOld ? ['ours'] : ['theirs', 'ours']);
  const view = (side: Side): View => {
    const seen = asAnyServer(viewOf(counted(side, outcomes[side]), parityCase, twins.surroundings(side)), release);
    if (OTHER_SUBJECT !== undefined) return withoutProgress(withoutApiWarning(seen));
    return side === 'theirs' ? withoutApiWarning(seen) : seen;
  };
  const ours = view('ours');
  const theirs = tooOld ? undefined : view('theirs');
  const found = theirs ? compare(parityCase, series, theirs, ours) : compareExpected(expected ?? {}, ours);
  const difference = OTHER_SUBJECT === undefined ? claimants(nameOf(parityCase), series)[0] : undefined;
  if (difference) {
    expectDeliberate(difference, found, ours);
    return 'deliberate';
  }
  expectNone(found);
  if (!theirs) return 'expected';
  expect(staleVersions(parityCase, series, theirs, ours), 'known differences that no longer show').toEqual([]);
  return 'equal';
}

function counted(side: string, outcome: Outcome | undefined): Outcome {
  if (!outcome) throw new Error(`${side} was not run`);
  if (outcome.failure === undefined) return outcome;
  throw new Error(`${side}: ${outcome.failure}\nstdout: ${outcome.stdout}\nstderr: ${outcome.stderr}`);
}

function expectNone(found: readonly Mismatch[]): void {
  const side = (name: 'theirs' | 'ours'): object => Object.fromEntries(found.map((one) => [one.aspect, one[name]]));
  expect(side('ours'), 'ours (received) differs from theirs (expected)').toEqual(side('theirs'));
}

function expectDeliberate(
  { id, aspects, ours: wanted }: DeliberateDifference,
  found: readonly Mismatch[],
  ours: View,
): void {
  expectNone(found.filter(({ aspect }) => !aspects.includes(aspect)));
  const shown = new Set(found.map(({ aspect }) => aspect));
  expect(shown, `where ${id} shows (received), and where it is said to (expected)`).toEqual(new Set(aspects));
  if (wanted.exitCode !== undefined) expect(ours.exitCode).toBe(wanted.exitCode);
  if (wanted.stdout !== undefined) expect(ours.stdout).toMatch(exactly(wanted.stdout));
  if (wanted.messages !== undefined) expect(ours.messages.join('\n')).toMatch(wanted.messages);
  if (wanted.after !== undefined) expect(ours.after).toMatch(exactly(wanted.after));
}

function exactly(text: string | RegExp): RegExp {
  return text instanceof RegExp ? text : new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
