import type { Database } from '../bbolt/index.ts';
import { decodeUint64, META, META_BUCKET } from './schema.ts';

/** The term of the last change in a database; 0 in those of releases before 3.5. @throws BboltError */
export function raftTerm(database: Database): bigint {
  const bytes = database.bucket(META_BUCKET)?.get(META.term);
  return (bytes && decodeUint64(bytes)) ?? 0n;
}
