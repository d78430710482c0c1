import { assert, parseBool, parseDuration, parseInt64, parseUint64 } from '../../base/index.ts';
import { parsePeerUrls } from '../../base/peer-urls.ts';
import { type GateValues, parseGates } from './gates.ts';
import { successorOf, withPresentNames } from './former.ts';
import { findFlag } from './table.ts';

/** The values of all flags: those given, which were checked when they were read, and the initial ones. */
export class FlagValues {
  readonly #given: ReadonlyMap<string, string>;

  constructor(given: ReadonlyMap<string, string>) {
    this.#given = withPresentNames(given);
  }

  isGiven(name: string): boolean {
    return this.#given.has(name);
  }

  /** Former names that were given. */
  get formerNames(): string[] {
    return [...this.#given.keys()].filter((name) => successorOf(name) !== undefined);
  }

  text(name: string): string {
    const flag = findFlag(name);
    assert(flag !== undefined, `there is no flag ${name}`);
    return this.#given.get(name) ?? flag.initial;
  }

  switch(name: string): boolean {
    return parseBool(this.text(name));
  }

  count(name: string): bigint {
    return parseUint64(this.text(name), 0);
  }

  integer(name: string): bigint {
    return parseInt64(this.text(name), 0);
  }

  /** A count or integer that need not be exact beyond 2^53. */
  number(name: string): number {
    return Number(findFlag(name)?.kind === 'count' ? this.count(name) : this.integer(name));
  }

  milliseconds(name: string): number {
    return Number(parseDuration(this.text(name))) / 1e6;
  }

  /** In order of their text, each once; none if the flag's value is empty. */
  urls(name: string): string[] {
    const text = this.text(name);
    return text === '' ? [] : [...new Set(parsePeerUrls(text.split(',')).map((url) => url.text))];
  }

  /** In the order given, each once; none if the flag's value is empty. */
  list(name: string): string[] {
    const text = this.text(name);
    return text === '' ? [] : [...new Set(text.split(','))];
  }

  gates(): GateValues {
    return parseGates(this.text('feature-gates'));
  }
}
