import type { Check } from './check.ts';
import { replay } from './replay.ts';

/** Revisions have no gaps; create revisions and versions are what the history makes them. */
export const revisions: Check = {
  title: '[inv 15] revisions follow each other, versions count',
  find: ({ chronicle }) => {
    const problems: string[] = [];
    const states = replay(chronicle);
    let last = 1n;
    for (const event of chronicle) {
      const { mod, create, version } = event.stored;
      if (mod !== last && mod !== last + 1n) problems.push(`revision ${mod} comes after ${last}`);
      last = mod;
      if (event.type === 'delete') continue;
      const before = states.at(mod - 1n).get(event.key);
      const [wantedCreate, wantedVersion] = before ? [before.create, before.version + 1n] : [mod, 1n];
      if (create !== wantedCreate || version !== wantedVersion)
        problems.push(`${event.key}@${mod} has create ${create} and version ${version}`);
      if ((version === 1n) !== (create === mod)) problems.push(`${event.key}@${mod} is new or it is not`);
    }
    return problems;
  },
};
