import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';

/** A command that is measured. */
export interface Contender {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** What has to be done before each run, and does not count. */
  readonly prepare?: () => void;
  /** What it writes to stderr is thrown away too. */
  readonly quiet?: boolean;
}

/** What one run of a whole process took. */
export interface Sample {
  readonly wallMs: number;
  /** Highest resident memory, read from /proc while it ran; undefined where there is no /proc, or it was too quick. */
  readonly peakBytes: number | undefined;
  readonly exitCode: number | null;
}

const pollMs = 5;

/** Runs a command to its end with its output thrown away. */
export function sample({ argv: [file, ...args], prepare, quiet }: Contender): Promise<Sample> {
  prepare?.();
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(file, args, {
      stdio: ['ignore', nullDevice(), quiet ? nullDevice() : 'inherit'],
    });
    let peakBytes: number | undefined;
    const poll = setInterval(() => {
      peakBytes = peakOf(child.pid) ?? peakBytes;
    }, pollMs);
    child.on('error', reject);
    child.on('exit', (exitCode) => {
      clearInterval(poll);
      resolve({ wallMs: performance.now() - startMs, peakBytes, exitCode });
    });
  });
}

let nullDescriptor: number | undefined;
const nullDevice = (): number => (nullDescriptor ??= openSync('/dev/null', 'w'));

function peakOf(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined; // it has ended, or this is no Linux
  }
}

/** Runs the contenders in turn, A B A B …, so that a machine whose speed drifts is unfair to none; the first turn is not counted. */
export async function inTurn(
  contenders: readonly Contender[],
  runs: number,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= runs; turn++) {
    for (const contender of contenders) {
      const result = await sample(contender);
      if (result.exitCode !== 0) throw new Error(`${contender.name} ended with exit code ${result.exitCode}`);
      if (turn > 0) samples.get(contender.name)?.push(result);
    }
  }
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
