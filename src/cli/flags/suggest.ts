import { utf8Encode } from '../../base/index.ts';

const farthest = 2;

/**
 * Names that someone who typed this may have meant, in the order given: within two edits of it, or beginning with it;
 * case does not count. It is how cobra suggests commands.
 */
export function suggest(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  return names.filter((name) => editDistance(typed, name) <= farthest || name.toLowerCase().startsWith(lower));
}

/**
 * The one flag that someone who typed an unknown name most likely meant: the nearest within two edits (fewer than half
 * of the name), else the only one that begins with it; undefined if there is none.
 */
export function nearestFlag(typed: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .filter(({ name, distance }) => distance <= farthest && distance * 2 < name.length)
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined) return nearest.name;
  const longer = typed === '' ? [] : names.filter((name) => name.startsWith(typed.toLowerCase()));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Levenshtein's distance between the lower-case forms, in bytes. */
export function editDistance(a: string, b: string): number {
  const from = utf8Encode(a.toLowerCase());
  const to = utf8Encode(b.toLowerCase());
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  from.forEach((byte, i) => {
    const next = [i + 1];
    to.forEach((other, j) => {
      const replaced = (row[j] ?? 0) + (byte === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    });
    row = next;
  });
  return row[to.length] ?? 0;
}
