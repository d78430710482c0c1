import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Step } from './steps.ts';

/** What the steps of a tour have in common. */
export interface TourContext {
  /** The directory of the launchers. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  /** What stands for `$NAME` in the words of a step. */
  readonly words: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
}

/**
 * Runs one step and shows its command line and its output.
 * @returns whether its exit code and its output were the expected ones
 */
export async function runStep({ bin, env, words, say }: TourContext, step: Step): Promise<boolean> {
  const known = (word: string): string => word.replace(/^\$([A-Z]+)/, (_, name: string) => words[name] ?? `$${name}`);
  const args = [...step.args, ...(step.endpoint ? ['--endpoints', step.endpoint] : [])].map(known);
  const tool = step.tool ?? 'etcdctl';
  say(`# ${step.about}\n$ ${[tool, ...args].map(shown).join(' ')}`);
  // A flag wins over its variable, and says so: that would be told at every step.
  const { ETCDCTL_ENDPOINTS: endpoints, ...rest } = env;
  const own =
    args.includes('--endpoints') || endpoints === undefined ? rest : { ...rest, ETCDCTL_ENDPOINTS: endpoints };
  const child = spawn(process.execPath, [`${bin}/${tool}.js`, ...args], {
    env: { ...process.env, ...own },
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
  const problems = [
    ...(isStopped || code === (step.exitCode ?? 0) ? [] : [`exit code ${code}`]),
    ...(step.expect === undefined || step.expect.test(text) ? [] : [`output that does not match ${step.expect}`]),
  ];
  say(problems.length === 0 ? '' : `(${problems.join(', ')}: that was not expected)\n`);
  return problems.length === 0;
}

/** A word as one would type it into a shell. */
const shown = (word: string): string => (/^[\w$:./=-]+$/.test(word) ? word : `'${word}'`);
