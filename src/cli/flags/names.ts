import { assert } from '../../base/index.ts';
import type { FlagSpec, FlagSpecs } from './spec.ts';

/** The name on the command line: `printValueOnly` -> `print-value-only`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A spec with its key in the record and its name on the command line. */
export interface NamedFlag {
  readonly key: string;
  readonly name: string;
  readonly spec: FlagSpec<unknown>;
}

export interface FlagIndex {
  readonly byName: ReadonlyMap<string, NamedFlag>;
  readonly byShort: ReadonlyMap<string, NamedFlag>;
}

/** Finds flags by what was typed. Two flags of one name or one letter are a bug in the command. */
export function indexFlags(specs: FlagSpecs): FlagIndex {
  const byName = new Map<string, NamedFlag>();
  const byShort = new Map<string, NamedFlag>();
  for (const [key, spec] of Object.entries(specs)) {
    const flag = { key, name: flagName(key), spec };
    assert(!byName.has(flag.name), `flag --${flag.name} is defined twice`);
    byName.set(flag.name, flag);
    if (spec.short === undefined) continue;
    assert(/^[!-~]$/.test(spec.short), `shorthand "${spec.short}" of --${flag.name} is not one ASCII character`);
    assert(!byShort.has(spec.short), `shorthand -${spec.short} is defined twice`);
    byShort.set(spec.short, flag);
  }
  return { byName, byShort };
}
