import { readFileSync } from 'node:fs';

/** A table of cases; what they expect was recorded from Go 1.26's standard library. */
export function recorded<Case>(name: string): Case[] {
  const cases: Case[] = JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), 'utf8'));
  return cases;
}

/** What a call throws as text, or undefined if it returns. */
export function messageOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
