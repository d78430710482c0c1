import { formatDuration } from '../../../base/index.ts';
import type { EndpointHashKv, EndpointHealth, EndpointStatus } from '../printer.ts';
import { type Field, type Shape, Struct } from './struct.ts';

/** A list without entries is null: no endpoint answered. */
const listOf = (entries: readonly Shape[]): Shape => (entries.length === 0 ? null : entries);

export const healthListShape = (list: readonly EndpointHealth[]): Shape => listOf(list.map(healthShape));

function healthShape(entry: EndpointHealth): Shape {
  const fields: Field[] = [
    ['endpoint', entry.endpoint],
    ['health', entry.health],
    ['took', entry.tookNs === undefined ? '' : formatDuration(entry.tookNs)],
  ];
  if (entry.error !== '') fields.push(['error', entry.error]);
  return new Struct(fields);
}

export const statusListShape = (list: readonly EndpointStatus[]): Shape =>
  listOf(
    list.map(
      ({ endpoint, status }) =>
        new Struct([
          ['Endpoint', endpoint],
          ['Status', status],
        ]),
    ),
  );

export const hashKvListShape = (list: readonly EndpointHashKv[]): Shape =>
  listOf(
    list.map(
      ({ endpoint, hashKv }) =>
        new Struct([
          ['Endpoint', endpoint],
          ['HashKV', hashKv],
        ]),
    ),
  );
