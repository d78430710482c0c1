import type { Io } from './io.ts';
import { statusLine } from './status-line.ts';

/** A bar on stderr that says how far something has come. Off a terminal it says nothing. */
export interface ProgressBar {
  update(done: number, total: number): void;
  clear(): void;
}

/** How an amount is written, such as `formatSize` for bytes. */
export type AmountFormat = (amount: number) => string;

const inWholeNumbers: AmountFormat = (amount) => Math.round(amount).toLocaleString('en');

/** @param format writes the total and the rate; whole numbers when absent */
export function progressBar(io: Pick<Io, 'stderr'>, label: string, format: AmountFormat = inWholeNumbers): ProgressBar {
  const line = statusLine(io);
  let first: { readonly done: number; readonly atMs: number } | undefined;
  return {
    update(done, total) {
      const atMs = performance.now();
      first ??= { done, atMs };
      const seconds = (atMs - first.atMs) / 1000;
      const rate = seconds > 0 ? `, ${format((done - first.done) / seconds)}/s` : '';
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const percent = `${Math.floor(share * 100)}%`.padStart(4);
      const text = `${percent} of ${format(total)}${rate}`;
      line.show(`${label} ${bar(share, (io.stderr.columns ?? 80) - label.length - text.length)}${text}`);
    },
    clear: () => line.clear(),
  };
}

const widestBar = 30;
const narrowestBar = 8;
const frameColumns = 5; // a space on either side, two brackets, and the last column, which stays free

/** A bar as wide as there is room for, or none. */
function bar(share: number, room: number): string {
  const columns = Math.min(widestBar, room - frameColumns);
  if (columns < narrowestBar) return '';
  const filled = Math.round(share * columns);
  return `[${'='.repeat(filled)}${' '.repeat(columns - filled)}] `;
}
