import type {
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseTimeToLiveResponse,
  ResponseHeader,
} from '../../../wire/index.ts';
import { type Field, isZero, type Shape, Struct } from './struct.ts';

/** The header's fields stand among the response's own in all lease responses but revoke's. */
function flattened(header: ResponseHeader | undefined, fields: readonly Field[]): Shape {
  const own: Field[] = header === undefined ? [] : Object.entries(header);
  return new Struct([...own.filter(([, value]) => !isZero(value)), ...fields]);
}

export const grantShape = (response: LeaseGrantResponse): Shape =>
  flattened(response.header, [
    ['ID', response.ID],
    ['TTL', response.TTL],
    ['Error', response.error],
  ]);

export const keepAliveShape = (response: LeaseKeepAliveResponse): Shape =>
  flattened(response.header, [
    ['ID', response.ID],
    ['TTL', response.TTL],
  ]);

export const timeToLiveShape = (response: LeaseTimeToLiveResponse): Shape =>
  flattened(response.header, [
    ['id', response.ID],
    ['ttl', response.TTL],
    ['granted-ttl', response.grantedTTL],
    ['keys', response.keys.length === 0 ? null : response.keys],
  ]);

export const leasesShape = (response: LeaseLeasesResponse): Shape =>
  flattened(response.header, [['leases', response.leases.map((lease) => new Struct([['id', lease.ID]]))]]);
