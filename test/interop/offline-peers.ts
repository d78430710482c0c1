/** The offline commands of two makers: theirs as processes, ours in this one. */
import type { EtcdRelease } from '../support/binaries.ts';
import { runOffline } from '../support/cli.ts';
import { run } from '../support/run.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  /** Lines of stderr that are no log lines. */
  readonly errors: readonly string[];
}

/** Log lines of zap, the notice of 3.5's etcdctl, and blank lines are no part of an answer. */
const errorsOf = (err: string): string[] =>
  err.split('\n').filter((line) => line !== '' && !/^(\d{4}-|Deprecated: |\s+hint: |\{"level")/.test(line));

/** Asks the release's own tool: etcdutl, or etcdctl where there was no etcdutl yet. */
export async function ask(release: EtcdRelease, words: readonly string[], cwd: string): Promise<Answer> {
  const argv = [release.etcdutl ?? release.etcdctl, ...words] as const;
  const { exitCode, stdout, stderr } = await run({ argv, cwd, env: { PATH: process.env.PATH } });
  return { code: exitCode, out: stdout.toString(), errors: errorsOf(stderr.toString()) };
}

export async function ours(release: EtcdRelease, words: readonly string[]): Promise<Answer> {
  const { code, out, err } = await runOffline(release.etcdutl ? 'etcdutl' : 'etcdctl', words);
  return { code, out, errors: errorsOf(err) };
}
