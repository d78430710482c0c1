/**
 * wire/: etcd's messages and the methods that carry them. The .proto files in
 * proto/ are ours; gen/ is made from them by `npm run generate`. 64-bit fields
 * are bigint, enums are numbers, bytes are Uint8Array, names are the wire's own.
 *
 * This door gives types and enum values only. The codecs are reached through
 * `wire/services/<service>.ts`, one file per service, so that a command loads
 * no codec it does not use.
 */
export type * from './gen/rpc/auth.ts';
export type * from './gen/rpc/authpb.ts';
export type * from './gen/rpc/cluster.ts';
export type * from './gen/rpc/header.ts';
export type * from './gen/rpc/kv.ts';
export type * from './gen/rpc/lease.ts';
export type * from './gen/rpc/maintenance.ts';
export type * from './gen/rpc/mvcc.ts';
export type * from './gen/rpc/watch.ts';
export type { Init, WireMethod } from './method.ts';
