/** What clients of a simulation ask, and what they are told: a part of etcd's own messages that a model can hold. */
import type { Operation } from './linearizable.ts';

export type Step =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'get'; readonly key: string };

/** Single steps go out as etcd's put, delete and range; several, or with conditions, as a transaction. */
export interface Request {
  /** Revisions in which keys must have been written last; 0: there is no such key. */
  readonly when: readonly { readonly key: string; readonly mod: bigint }[];
  readonly success: readonly Step[];
  readonly failure: readonly Step[];
}

/** A key-value without its key. */
export interface Stored {
  readonly value: string;
  readonly create: bigint;
  readonly mod: bigint;
  readonly version: bigint;
}

export type Result =
  | { readonly kind: 'put' }
  | { readonly kind: 'delete'; readonly deleted: bigint }
  | { readonly kind: 'get'; readonly stored: Stored | undefined };

export interface Response {
  /** Of the header. */
  readonly revision: bigint;
  readonly succeeded: boolean;
  readonly results: readonly Result[];
}

export type KvOperation = Operation<Request, Response>;

export const single = (step: Step): Request => ({ when: [], success: [step], failure: [] });
export const put = (key: string, value: string): Step => ({ kind: 'put', key, value });
export const del = (key: string): Step => ({ kind: 'delete', key });
export const get = (key: string): Step => ({ kind: 'get', key });

export function isSingle({ when, success, failure }: Request): boolean {
  return when.length === 0 && success.length === 1 && failure.length === 0;
}

export function isReadOnly({ success, failure }: Request): boolean {
  return [...success, ...failure].every(({ kind }) => kind === 'get');
}

export function keysOf({ when, success, failure }: Request): string[] {
  return [...when, ...success, ...failure].map(({ key }) => key);
}
