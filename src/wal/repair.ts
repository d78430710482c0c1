import { type FileSystem, type LogSink, readFully, writeFully } from '../base/index.ts';
import { WalError } from './errors.ts';
import { listSegments } from './names.ts';
import { RecordReader, type TornTail } from './record-reader.ts';

const COPY_BYTES = 1024 * 1024;

export interface Repair {
  readonly torn: TornTail;
  /** The copy of the segment as it was. */
  readonly brokenPath: string;
}

/**
 * Mends a log whose last record a crash cut short: keeps a copy of the last
 * segment as `<segment>.broken`, then cuts the record off. The record was
 * never acknowledged, because that waits for it to be durable. Returns
 * undefined if there is nothing to mend; throws `corrupt` for other damage,
 * which is left as it is.
 */
export function repairLog(files: FileSystem, directory: string, log: LogSink = () => {}): Repair | undefined {
  const segments = listSegments(files, directory);
  const last = segments.at(-1) ?? segments[0];
  log({ level: 'info', message: 'repairing', fields: { path: last.path } });
  const reader = new RecordReader(files, [last]);
  try {
    while (reader.next());
  } finally {
    reader.close();
  }
  const torn = reader.tornTail;
  if (!torn) return undefined;
  if (torn.offset === 0 && segments.length === 1)
    throw new WalError('corrupt', 'wal: no whole record in the log', torn);
  const brokenPath = `${last.path}.broken`;
  cutOff(files, directory, torn, brokenPath);
  log({ level: 'info', message: 'repaired', fields: { path: last.path, error: 'unexpected EOF' } });
  return { torn, brokenPath };
}

function cutOff(files: FileSystem, directory: string, torn: TornTail, brokenPath: string): void {
  const segment = files.open(torn.path, 'update');
  try {
    const copy = files.open(brokenPath, 'replace');
    try {
      const chunk = new Uint8Array(COPY_BYTES);
      for (let at = 0, count = 0; (count = readFully(segment, chunk, at)) > 0; at += count) {
        writeFully(copy, chunk.subarray(0, count), at);
      }
      copy.fsync();
    } finally {
      copy.close();
    }
    // The copy has to be found after a crash before the original changes.
    files.syncDirectory(directory);
    segment.truncate(torn.offset);
    segment.fsync();
  } finally {
    segment.close();
  }
}
