import { displayWidth } from './width.ts';

/** Breaks a text into lines of at most `width` places: at a space, else behind a comma, else wherever it must be. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = Array.from(line);
  for (;;) {
    const fitting = countFitting(rest, width);
    if (fitting >= rest.length) break;
    const cut = breakBefore(rest, fitting);
    lines.push(rest.slice(0, cut).join('').trimEnd());
    rest = rest.slice(rest[cut] === ' ' ? cut + 1 : cut);
  }
  return [...lines, rest.join('')];
}

/** How many characters fit, but always one, so that there is an end to it. */
function countFitting(characters: readonly string[], width: number): number {
  let count = 0;
  let used = 0;
  for (const character of characters) {
    used += displayWidth(character);
    if (used > width) break;
    count++;
  }
  return Math.max(count, 1);
}

function breakBefore(characters: readonly string[], fitting: number): number {
  const space = characters.lastIndexOf(' ', fitting);
  if (space > 0) return space;
  const comma = characters.lastIndexOf(',', fitting - 1);
  return comma > 0 ? comma + 1 : fitting;
}
