import { checkLinearizable } from '../history/linearizable.ts';
import { firstBadGroup } from '../history/register-model.ts';
import { EMPTY_STORE, storeModel } from '../history/store-model.ts';
import { keysOf, type KvOperation } from '../history/requests.ts';
import { resolve } from '../history/resolve.ts';
import type { Check } from './check.ts';

/** Every answer could be that of one store that does one thing at a time. */
export const linearizable: Check = {
  title: '[inv 23] operations are linearizable',
  find: ({ operations: answered, chronicle }) => {
    const operations = resolve(answered, chronicle);
    const group = firstBadGroup(operations);
    if (group)
      return [
        `no order explains what was read of ${[...new Set(group.flatMap(({ request }) => keysOf(request)))].join(', ')}`,
      ];
    const { isLinearizable, order } = checkLinearizable(storeModel(EMPTY_STORE, chronicle), operations);
    if (isLinearizable) return [];
    const placed = new Set(order);
    const left = operations.filter((each) => each.returned !== undefined && !placed.has(each));
    return [`no order explains the revisions; the best leaves ${left.length} out, first ${left[0] && textOf(left[0])}`];
  },
};

function textOf({ client, request, returned }: KvOperation): string {
  const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
  return `client ${client} ${JSON.stringify(request, asText)} -> ${JSON.stringify(returned, asText)}`;
}
