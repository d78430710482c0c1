import type { Sample } from './measure.ts';
import { median } from './measure.ts';

/** Prints what was measured, a table per subject. */
export class Report {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  section(title: string): void {
    this.#print(`\n## ${title}\n`);
  }

  note(text: string): void {
    this.#print(text);
  }

  /**
   * One row per contender: wall time (min, median, max), peak memory, and each
   * one's median as a ratio to the baseline's.
   */
  compare(samples: ReadonlyMap<string, readonly Sample[]>, baseline: string): void {
    const base = median(walls(samples.get(baseline) ?? []));
    this.#print(row('', 'min ms', 'median ms', 'max ms', 'peak MiB', `x ${baseline}`));
    for (const [name, list] of samples) {
      const times = walls(list);
      const peak = Math.max(...list.map(({ peakBytes }) => peakBytes ?? 0));
      const middle = median(times);
      this.#print(
        row(
          name,
          fixed(Math.min(...times)),
          fixed(middle),
          fixed(Math.max(...times)),
          peak === 0 ? '-' : fixed(peak / 2 ** 20),
          (middle / base).toFixed(2),
        ),
      );
    }
  }
}

const walls = (list: readonly Sample[]): number[] => list.map(({ wallMs }) => wallMs);
const fixed = (value: number): string => value.toFixed(1);
const nameColumns = 34;
const columns = 12;
const row = (name: string, ...cells: readonly string[]): string =>
  name.padEnd(nameColumns) + cells.map((cell) => cell.padStart(columns)).join('');
