import { readFileSync } from 'node:fs';

/** A table of cases; what they expect was recorded from pflag 1.0.10 and cobra 1.10.2. */
export function recorded<Case>(name: string): Case[] {
  const cases: Case[] = JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), 'utf8'));
  return cases;
}

/** What a call throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
