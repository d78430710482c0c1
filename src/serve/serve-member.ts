import type { MemberApi } from '../member/index.ts';
import type { Served, ServeOptions } from './types.ts';

/** Serves a member. Rejects, leaving nothing open, when a listener cannot be had; the error names it. */
export function serveMember(_member: MemberApi, _options: ServeOptions = {}): Promise<Served> {
  return Promise.reject(new Error('not built yet'));
}
