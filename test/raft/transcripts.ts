/**
 * Replays transcripts: `npm run transcripts -- DIR..`. Ends with a line
 * `N of M transcripts replayed` and a non-zero exit code if any differs or
 * none was found. With `--rewrite` it writes the outputs into the files instead.
 */
import { existsSync } from 'node:fs';
import type { Mismatch } from './transcript/replay.ts';
import { replayFile, rewriteFile, transcriptFiles } from './transcript/folder.ts';

function main(args: readonly string[]): number {
  const paths = args.filter((arg) => arg !== '--rewrite');
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.error(`there is no file or folder ${missing.join(', ')}`);
    return 2;
  }
  const files = paths.flatMap(transcriptFiles);
  if (files.length === 0) {
    console.error('usage: npm run transcripts -- [--rewrite] DIR...  (no transcript was found)');
    return 2;
  }
  if (args.includes('--rewrite')) {
    files.forEach(rewriteFile);
    console.log(`${files.length} transcripts rewritten`);
    return 0;
  }
  const replayed = files.filter(isReplayed).length;
  console.log(`${replayed} of ${files.length} transcripts replayed`);
  return replayed === files.length ? 0 : 1;
}

function isReplayed(file: string): boolean {
  try {
    const mismatches = replayFile(file);
    for (const mismatch of mismatches) {
      console.log(describe(file, mismatch));
    }
    return mismatches.length === 0;
  } catch (error) {
    console.log(`${file}: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

function describe(file: string, { line, command, expected, actual }: Mismatch): string {
  return `${file}:${line}: ${command}\n--- expected\n${expected}--- actual\n${actual}`;
}

process.exitCode = main(process.argv.slice(2));
