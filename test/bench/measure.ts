import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A command that is measured. */
export interface Contender {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** What has to be done before each run, and does not count. */
  readonly prepare?: () => void;
  /** What it writes to stderr is thrown away too. */
  readonly quiet?: boolean;
  /** A file that takes its output, which is thrown away otherwise. */
  readonly output?: string;
  /** It would go on for ever: it has done its work once this holds, and is ended. */
  readonly until?: () => boolean | Promise<boolean>;
}

/** What one run of a whole process took. */
export interface Sample {
  readonly wallMs: number;
  /** Highest resident memory, read from /proc while it ran; undefined where there is no /proc, or it was too quick. */
  readonly peakBytes: number | undefined;
  readonly exitCode: number | null;
}

const pollMs = 5;

/** Runs a command to its end with its output thrown away. To look at its memory holds it up, by a millisecond of a short one. */
function sample(
  { argv: [file, ...args], prepare, quiet, output, until }: Contender,
  looksAtMemory: boolean,
): Promise<Sample> {
  prepare?.();
  const out = output === undefined ? nullDevice() : openSync(output, 'w');
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(file, args, { stdio: ['ignore', out, quiet ? nullDevice() : 'inherit'] });
    if (output !== undefined) closeSync(out);
    let peakBytes: number | undefined;
    let doneMs: number | undefined;
    const look = (): void => {
      peakBytes = peakOf(child.pid) ?? peakBytes;
    };
    const poll = looksAtMemory ? setInterval(look, pollMs) : undefined;
    const follow = async (): Promise<void> => {
      while (doneMs === undefined && child.exitCode === null) {
        if (await until?.()) {
          doneMs = performance.now();
          child.kill('SIGKILL');
        }
        await sleep(pollMs);
      }
    };
    if (until !== undefined) follow().catch(reject);
    child.on('error', reject);
    child.on('exit', (exitCode) => {
      clearInterval(poll);
      const wallMs = (doneMs ?? performance.now()) - startMs;
      resolve({ wallMs, peakBytes, exitCode: doneMs === undefined ? exitCode : 0 });
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

/**
 * Runs the contenders in turn, A B A B …, so that a machine whose speed drifts is unfair to none; the first turn is not
 * counted but for its memory, unless the work is so long that it does not matter who comes first, nor who is looked at.
 */
export async function inTurn(
  contenders: readonly Contender[],
  runs: number,
  warmUps: 0 | 1 = 1,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const peaks = new Map<string, number | undefined>();
  for (let turn = 1 - warmUps; turn <= runs; turn++) {
    for (const contender of contenders) {
      const result = await sample(contender, turn === 0 || warmUps === 0);
      if (result.exitCode !== 0) throw new Error(`${contender.name} ended with exit code ${result.exitCode}`);
      if (turn === 0) peaks.set(contender.name, result.peakBytes);
      else samples.get(contender.name)?.push({ ...result, peakBytes: result.peakBytes ?? peaks.get(contender.name) });
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
