import type { Io } from './io.ts';

/** A bar on stderr that says how far something has come. Off a terminal it says nothing. */
export interface ProgressBar {
  update(done: number, total: number): void;
  clear(): void;
}

const redrawEveryMs = 100;
const barColumns = 30;

export function progressBar(io: Io, label: string): ProgressBar {
  if (!io.stderr.isTty) return { update: () => {}, clear: () => {} };
  let drawnAtMs = 0;
  return {
    update(done, total) {
      const nowMs = performance.now();
      if (nowMs - drawnAtMs < redrawEveryMs) return;
      drawnAtMs = nowMs;
      io.stderr.write(`\r${label} ${bar(done, total)}\u001b[K`);
    },
    clear() {
      if (drawnAtMs > 0) io.stderr.write('\r\u001b[K');
    },
  };
}

function bar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * barColumns);
  return `[${'='.repeat(filled)}${' '.repeat(barColumns - filled)}] ${Math.floor(share * 100)}% of ${total.toLocaleString('en')}`;
}
