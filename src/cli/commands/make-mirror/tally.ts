import type { Io } from '../../io.ts';
import { progressBar, type ProgressBar } from '../../progress.ts';
import { type StatusLine, statusLine } from '../../status-line.ts';

const reportEveryMs = 30_000;
const grouped = (count: number): string => count.toLocaleString('en');

/**
 * Counts what has been copied: prints the running total to stdout twice a minute,
 * as etcdctl does, and shows on a terminal how the mirror gets on.
 */
export class Tally {
  readonly #io: Io;
  readonly #bar: ProgressBar;
  readonly #line: StatusLine;
  readonly #timer: NodeJS.Timeout;
  #operations = 0;
  #lastShown = '';

  constructor(io: Io) {
    this.#io = io;
    this.#bar = progressBar(io, 'copying keys');
    this.#line = statusLine(io);
    this.#timer = setInterval(() => this.#report(), reportEveryMs);
  }

  /** One more of `total` keys has been copied. */
  copied(total: number): void {
    this.#operations += 1;
    this.#bar.update(this.#operations, total);
  }

  /** Some changes have been repeated. */
  repeated(operations: number): void {
    this.#operations += operations;
  }

  /**
   * Everything up to a revision of the source has been copied.
   * @param latest the latest revision that the source is known to have
   */
  reached(revision: bigint, latest: bigint): void {
    const lag = latest > revision ? `${latest - revision} behind` : 'up to date';
    this.#bar.clear();
    this.#lastShown = `mirroring: ${grouped(this.#operations)} changes copied, revision ${revision}, ${lag}`;
    this.#line.show(this.#lastShown);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar.clear();
    this.#line.clear();
  }

  #report(): void {
    this.#bar.clear();
    this.#line.clear();
    this.#io.stdout.write(`${this.#operations}\n`);
    if (this.#lastShown !== '') this.#line.show(this.#lastShown);
  }
}
