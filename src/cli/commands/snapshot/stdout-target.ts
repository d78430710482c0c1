import { equalBytes } from '../../../base/index.ts';
import { TrailingDigest } from '../../../snapshot/digest.ts';
import { badArgs } from '../../errors.ts';
import type { Io } from '../../io.ts';

/** Where a snapshot goes as it is downloaded. `discard` after `commit` does nothing. */
export interface SnapshotTarget {
  /** Bytes taken so far. */
  readonly size: number;
  write(bytes: Uint8Array): void;
  /** @throws if what was taken is no whole snapshot, or can not be kept */
  commit(): void;
  discard(): void;
}

/**
 * Passes a snapshot on to stdout. It can not be looked at again from there, so its digest is checked on the way; what
 * failed has been written all the same, and only the exit code says so.
 * @throws {CliError} exit code 128, if stdout is a terminal
 */
export function stdoutTarget({ stdout }: Pick<Io, 'stdout'>): SnapshotTarget {
  if (stdout.isTty) throw badArgs('- writes a snapshot to stdout, which is a terminal: send it to a file or a pipe');
  const digest = new TrailingDigest();
  return {
    get size() {
      return digest.size;
    },
    write: (bytes) => {
      digest.update(bytes);
      stdout.write(bytes);
    },
    commit: () => {
      const { expected, actual } = digest.finish();
      if (equalBytes(expected, actual)) return;
      throw new Error(`expected sha256 [${expected.join(' ')}], got [${actual.join(' ')}]`);
    },
    discard: () => undefined,
  };
}
