import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Step } from './steps.ts';

/**
 * Runs one step and shows its command line and its output.
 * @returns whether its exit code was the expected one
 */
export async function runStep(
  etcdctl: string,
  step: Step,
  env: Readonly<Record<string, string>>,
  say: (text: string) => void,
): Promise<boolean> {
  const args = step.args.map((word) => word.replace('$TOUR', env['TOUR'] ?? ''));
  const { TOUR: _directory, ...variables } = env;
  say(`# ${step.about}\n$ etcdctl ${step.args.map(shown).join(' ')}`);
  const child = spawn(process.execPath, [etcdctl, ...args], {
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(step.stdin ?? '');
  let text = '';
  let isStopped = false;
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    text += chunk.toString();
    if (isStopped || step.stopAfterLines === undefined || text.split('\n').length <= step.stopAfterLines) return;
    isStopped = true;
    child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const isExpected = isStopped || code === (step.exitCode ?? 0);
  say(isExpected ? '' : `(exit code ${code}, which was not expected)\n`);
  return isExpected;
}

/** A word as one would type it into a shell. */
const shown = (word: string): string => (/^[\w$:./=-]+$/.test(word) ? word : `'${word}'`);
