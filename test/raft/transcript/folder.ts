import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newHandler } from '../handlers/all.ts';
import { type Mismatch, replay } from './replay.ts';

/** The transcripts (`*.txt`) in a folder and the folders in it, in a fixed order; or the one file that is named. */
export function transcriptFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => join(path, name));
}

/** Replays one transcript. @returns what differs, nothing when it replays byte for byte */
export function replayFile(file: string): readonly Mismatch[] {
  const text = readFileSync(file, 'utf8');
  return replay(text, newHandler()).mismatches;
}

/** Replays one transcript and writes what was printed into the file. The change is for a person to read. */
export function rewriteFile(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, replay(text, newHandler()).rewritten);
}
