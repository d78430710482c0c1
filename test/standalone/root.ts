/** Roots for the standalone file, with nothing in them but itself and what a test puts there. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { run, type RunResult } from '../support/run.ts';
import { builtFile } from './file.ts';

interface RunInside {
  /** With /proc, which takes a namespace of processes too. */
  readonly proc?: boolean;
  /** A line of shell that comes first, with `$root`; what it mounts or limits is so for the command alone. */
  readonly before?: string;
  /** As the shell has it, such as `<&-`. */
  readonly redirection?: string;
}

/** Root in a namespace of its own, which takes no rights that a user has not. */
const NAMESPACE = ['unshare', '--map-root-user', '--mount'] as const;
const OF_PROCESSES = ['--pid', '--fork'] as const;

export class Root {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<Root> {
    const root = new Root(await mkdtemp(join(tmpdir(), 'root-')));
    await copyFile(builtFile(), join(root.directory, 'etcdctl'));
    return root;
  }

  /** @param path from the root on, as `/etc/resolv.conf` */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.directory + path), { recursive: true });
    await writeFile(this.directory + path, content, { mode: 0o755 });
  }

  /** Takes a file of this machine into it. */
  async take(from: string, path = from): Promise<void> {
    await mkdir(dirname(this.directory + path), { recursive: true });
    await copyFile(from, this.directory + path);
  }

  async list(): Promise<string[]> {
    return (await readdir(this.directory, { recursive: true })).sort();
  }

  /** The command line that runs a program of the root without any environment. */
  command(words: readonly string[], options: RunInside = {}): [string, ...string[]] {
    const { before = 'true', redirection = '', proc = false } = options;
    const mount = proc ? 'mkdir -p "$root/proc" && mount -t proc proc "$root/proc"' : 'true';
    const inside = 'exec env -i "$(command -v chroot)" "$root" "$@"';
    const script = `root=$1; shift; ${mount} && ${before} && ${inside} ${redirection}`;
    return [...NAMESPACE, ...(proc ? OF_PROCESSES : []), 'sh', '-c', script, 'sh', this.directory, ...words];
  }

  etcdctl(words: readonly string[], options?: RunInside): Promise<RunResult> {
    return run({ argv: this.command(['/etcdctl', ...words], options), env: rootEnv });
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }
}

export const rootEnv = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Why no such root can be made here, if so. */
export function whyNoRoot(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'only the file for linux-x64 runs in one';
  const [file, ...words] = NAMESPACE;
  const made = spawnSync(file, [...words, ...OF_PROCESSES, 'mount', '-t', 'proc', 'proc', '/proc'], { env: rootEnv });
  return made.status === 0 ? undefined : `no root can be made here: ${made.error?.message ?? made.stderr.toString()}`;
}
