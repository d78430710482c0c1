import type { InternalRaftRequest } from '../../wire/disk.ts';
import type { Content } from '../content.ts';

/** What etcd's figures call a request: `Put`, `LeaseGrant`, `AuthUserAdd`. */
export function kindOf(request: Content | InternalRaftRequest): string {
  if (request.put) return 'Put';
  if (request.txn) return 'Txn';
  for (const [field, content] of Object.entries(request)) {
    if (typeof content === 'object' && field !== 'header') return camelCase(field);
  }
  return 'unknown';
}

const camelCase = (field: string): string =>
  field.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
