/** What is drawn for people. */
import type { DeliberateDifference } from './difference.ts';

export const colour: readonly DeliberateDifference[] = [
  {
    id: 'colour-on-a-terminal',
    readme: 'a terminal',
    reason: 'on a terminal the word Error is red, unless NO_COLOR is set',
    cases: ['watch -i on a terminal', 'user add told two passwords', 'user add told no password'],
    aspects: ['stdout'],
    ours: { stdout: new RegExp(`${String.fromCharCode(27)}\\[\\d+(?:;\\d+)*mError:`) },
  },
];

const CHECKS = ['check perf with its flags', 'check datascale with its flags', 'runbook: check perf'];

export const progress: readonly DeliberateDifference[] = [
  {
    id: 'progress-on-terminals',
    readme: 'a terminal',
    reason: 'a progress bar is drawn on a terminal alone; in a file or a pipe it is noise',
    cases: CHECKS,
    aspects: ['stdout'],
    peers: ['3.4', '3.5'],
    ours: {
      stdout: /^(?!.*\d+ \/ \d+)(?:Start data scale .*\n)?(?:Compact[^]*Defragmented "<m1>"\n)?.*(?:verdict|PASS|FAIL)/,
    },
  },
  {
    id: 'progress-on-terminals-3.7',
    readme: 'a terminal',
    reason: 'as progress-on-terminals; 3.7 draws on stderr',
    cases: CHECKS,
    aspects: ['messages'],
    peers: ['3.7'],
    ours: { messages: /^$/ },
  },
];
