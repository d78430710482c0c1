import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RotatingFile } from './rotating-file.ts';
import type { Rotation } from './rotation.ts';

const STREAMS: Readonly<Record<string, number>> = {
  stdout: 1,
  stderr: 2,
  default: 2,
  // A service's standard error is what the journal records.
  'systemd/journal': 2,
};

/** Whether a value of --log-outputs names a file. */
export const isLogFile = (output: string): boolean => STREAMS[output] === undefined;

/**
 * Opens all of --log-outputs, each once. @returns what writes a line to all of them
 * @throws what opening a file throws
 */
export function openOutputs(
  outputs: readonly string[],
  rotation: Rotation | undefined,
  wallMs: () => number,
): (line: string) => void {
  const writers = new Map<number | string, (line: string) => void>();
  for (const output of outputs) {
    const place = STREAMS[output] ?? output.replace(/^file:\/\//, '');
    if (!writers.has(place)) writers.set(place, open(place, rotation, wallMs));
  }
  return (line) => {
    for (const write of writers.values()) write(line);
  };
}

function open(place: number | string, rotation: Rotation | undefined, wallMs: () => number): (line: string) => void {
  if (typeof place === 'number') return (line) => void writeSync(place, line);
  if (rotation !== undefined) {
    const file = new RotatingFile(place, rotation, wallMs);
    return (line) => file.write(line);
  }
  mkdirSync(dirname(place), { recursive: true });
  const descriptor = openSync(place, 'a', 0o600);
  return (line) => void writeSync(descriptor, line);
}
