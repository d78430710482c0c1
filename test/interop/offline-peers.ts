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

/** The formats of `-w`, and one that there is not. */
export const FORMATS = ['simple', 'json', 'fields', 'table', 'protobuf', 'xml'] as const;
export type Format = (typeof FORMATS)[number];

/** What all releases tell alike: since 3.6 only keys that are there are counted, and the storage version is told. */
export function commonFacts(format: Format, out: string): unknown {
  if (format === 'json') {
    const { hash, revision, totalSize }: { hash: number; revision: number; totalSize: number } = JSON.parse(out);
    return { hash, revision, totalSize };
  }
  if (format === 'fields') return out.split('\n').filter((line) => !/^"(Keys|Version)" : /.test(line));
  const row = format === 'table' ? (out.split('\n')[3] ?? '').split(/[│|]/).slice(1) : out.split(',');
  const [hash = '', revision = '', , size = ''] = row.map((cell) => cell.trim());
  return { hash, revision, size };
}
