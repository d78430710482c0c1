import type { Io } from './io.ts';

/** One line at the bottom of a terminal's stderr, drawn over as things change. Elsewhere it says nothing. */
export interface StatusLine {
  /** Draws `text`, cut to the terminal's width; at once, or a moment later if the line was drawn just now. */
  show(text: string): void;
  /** Takes the line away, so that other output can have its place; the next `show` draws it again. */
  clear(): void;
}

const redrawEveryMs = 100;
const eraseLine = '\r\u001b[K';
const silent: StatusLine = { show: () => {}, clear: () => {} };

export function statusLine({ stderr }: Pick<Io, 'stderr'>): StatusLine {
  if (!stderr.isTty) return silent;
  let latest = '';
  let isShown = false;
  let pause: NodeJS.Timeout | undefined;

  const draw = (): void => {
    // A character in the last column would make some terminals begin a new line.
    const room = Math.max(0, (stderr.columns ?? 80) - 1);
    stderr.write(`\r${latest.slice(0, room)}\u001b[K`);
    isShown = true;
    const drawn = latest;
    pause = setTimeout(() => {
      pause = undefined;
      if (latest !== drawn) draw();
    }, redrawEveryMs).unref();
  };

  return {
    show(text) {
      latest = text;
      if (pause === undefined) draw();
    },
    clear() {
      clearTimeout(pause);
      pause = undefined;
      if (isShown) stderr.write(eraseLine);
      isShown = false;
    },
  };
}
