import { watchCheck } from './check.ts';

export const watchAtomic = watchCheck('[inv 25] watches never tear a revision apart', ({ responses }) => {
  const problems: string[] = [];
  let last: bigint | undefined;
  let isOpen = false;
  for (const { events, isFragment } of responses) {
    const first = events[0]?.stored.mod;
    if (first !== undefined && first === last && !isOpen) problems.push(`revision ${first} came in two responses`);
    last = events.at(-1)?.stored.mod ?? last;
    isOpen = isFragment;
  }
  return problems;
});
