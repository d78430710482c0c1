/** One of two twins: a cluster, a working directory, and the tool that is tried on them. */
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../../support/etcd-auth.ts';
import type { EtcdCluster } from '../../support/etcd-server.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, shellQuote, type RunResult } from '../../support/run.ts';
import type { Case } from './case.ts';
import { LINE_SCRIPTS, SETUP_SCRIPTS } from './scripts.ts';
import { addressVariables, connectionFlags, variableOf } from './topology.ts';

/** What one run of a case left to compare. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** What the case's `after` wrote. */
  readonly after: { readonly stdout: string; readonly stderr: string };
  /** Decimal ids of the leases there are in the end. */
  readonly leases: readonly string[];
  /** Decimal ids of the members there are after the line, where the case needs them. */
  readonly members: readonly string[];
  /** Why the run does not count, if so. */
  readonly failure: string | undefined;
}

interface MemberList {
  readonly header: { readonly cluster_id: string };
  readonly members: readonly { readonly ID: string }[];
}

const SETUP_DONE = '.setup-done';
const SETUP_LOG = '.setup-log';

export class World {
  readonly cluster: EtcdCluster;
  /** The executable that `etcdctl` means in the tested line. */
  readonly tool: string;
  /** Decimal ids of the cluster and of its first members. */
  readonly knownIds: ReadonlySet<string>;
  readonly #home: string;
  #number = 0;

  private constructor(cluster: EtcdCluster, tool: string, home: string, knownIds: ReadonlySet<string>) {
    this.cluster = cluster;
    this.tool = tool;
    this.knownIds = knownIds;
    this.#home = home;
  }

  static async create(cluster: EtcdCluster, tool: string): Promise<World> {
    const home = await mkdtemp(join(tmpdir(), 'world-'));
    const { header, members } = await cluster.gateway.call<MemberList>('cluster/member/list');
    const ids = [header.cluster_id, ...members.map(({ ID }) => ID)];
    const world = new World(cluster, tool, home, new Set(ids));
    await mkdir(world.#directory('bin'));
    await mkdir(world.#directory('setup'));
    await symlink(tool, join(world.#directory('bin'), 'etcdctl'));
    await writeScripts(world.#directory('bin'), LINE_SCRIPTS);
    await writeScripts(world.#directory('setup'), { ...SETUP_SCRIPTS, etcdctl: world.#setupTool() });
    return world;
  }

  /**
   * Runs setup, line and after of a case in a fresh working directory. Bytes come back as latin1 text.
   * @param number the same for both twins and different for each case
   */
  async play(parityCase: Case, number: number): Promise<Outcome> {
    this.#number = number;
    await this.#freshDirectory();
    const stdin = parityCase.stdin;
    const result = await run({
      argv: ['sh', '-c', this.#script(parityCase)],
      cwd: this.#directory('work'),
      env: this.#environment('setup'),
      stdin: stdin === undefined ? 'empty' : { text: stdin },
      ...(parityCase.steps && { steps: parityCase.steps }),
      terminal: parityCase.terminal ?? false,
      timeoutMs: parityCase.timeoutMs ?? 20_000,
      shell: (command) => this.#checked(command),
      watchers: (count) => this.#watchers(count),
    });
    const members = parityCase.sameSecond ? await this.#members() : [];
    const after = parityCase.after === undefined ? undefined : await this.#shell(parityCase.after);
    await this.#endLeftovers();
    return {
      ...textsOf(result),
      exitCode: result.exitCode,
      after: after ? textsOf(after) : { stdout: '', stderr: '' },
      leases: await this.#leases(),
      members,
      failure: await this.#failureOf(result),
    };
  }

  async close(): Promise<void> {
    await this.cluster.stop();
    await rm(this.#home, { recursive: true, force: true });
  }

  #script(parityCase: Case): string {
    const exported = parityCase.bare ? [] : this.#defaults(parityCase.line);
    return [
      `exec 3>&1 4>&2 5<&0 >${SETUP_LOG} 2>&1 </dev/null`,
      'set -e',
      parityCase.setup ?? ':',
      'set +e',
      `: >${SETUP_DONE}`,
      `exec 1>&3 2>&4 ${parityCase.closedStdin ? '0<&-' : '0<&5'} 3>&- 4>&- 5<&-`,
      `PATH=${shellQuote(this.#path('bin'))}`,
      ...exported.map(([variable, value]) => `export ${variable}=${shellQuote(value)}`),
      parityCase.line,
    ].join('\n');
  }

  /** A variable whose flag or name stands in the line is left to the line. */
  #defaults(line: string): [variable: string, value: string][] {
    return connectionFlags(this.cluster)
      .filter(([flag]) => !line.includes(`--${flag}`) && !line.includes(variableOf(flag)))
      .map(([flag, value]) => [variableOf(flag), value]);
  }

  /** A case may have stopped the server or shut out the gateway; then there is nothing to name. */
  async #leases(): Promise<string[]> {
    const answer = await this.cluster.gateway.call<{ leases?: { ID: string }[] }>('lease/leases').catch(() => ({}));
    return ('leases' in answer ? (answer.leases ?? []) : []).map(({ ID }) => ID);
  }

  async #members(): Promise<string[]> {
    const { members } = await this.cluster.gateway.call<MemberList>('cluster/member/list');
    return members.map(({ ID }) => ID);
  }

  async #failureOf(result: RunResult): Promise<string | undefined> {
    if (!(await readdir(this.#directory('work'))).includes(SETUP_DONE)) {
      return `the setup failed: ${await readFile(join(this.#directory('work'), SETUP_LOG), 'utf8')}`;
    }
    if (result.stepFailure !== undefined) return result.stepFailure;
    return result.timedOut ? 'it did not end' : undefined;
  }

  async #freshDirectory(): Promise<void> {
    const work = this.#directory('work');
    await rm(work, { recursive: true, force: true });
    await mkdir(work);
    const credentials = this.cluster.credentials?.directory;
    if (credentials === undefined) return;
    for (const file of await readdir(credentials)) await copyFile(join(credentials, file), join(work, file));
  }

  async #checked(command: string): Promise<void> {
    const result = await this.#shell(command);
    if (result.exitCode !== 0) throw new Error(`${command}: ${result.stderr.toString()}`);
  }

  async #watchers(count: number): Promise<void> {
    const { gateway } = this.cluster;
    let seen = -1;
    for (let tries = 0; tries < 500; tries += 1) {
      seen = await gateway.metric('etcd_debugging_mvcc_watcher_total');
      if (seen === count) return;
      await sleep(10);
    }
    throw new Error(`there are ${seen} watchers, not ${count}`);
  }

  /** Ends what a case left running: the processes whose ids it wrote down. */
  async #endLeftovers(): Promise<void> {
    const pids = await readFile(join(this.#directory('work'), '.pids'), 'utf8').catch(() => '');
    for (const pid of pids.split('\n').filter((line) => line !== '')) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }

  #shell(command: string): Promise<RunResult> {
    return run({ argv: ['sh', '-c', command], cwd: this.#directory('work'), env: this.#environment('setup') });
  }

  #environment(tools: 'bin' | 'setup'): Record<string, string> {
    return {
      PATH: this.#path(tools),
      HOME: this.#home,
      TOKEN: this.cluster.gateway.token ?? '',
      ETCD: this.cluster.options.release.etcd,
      CLUSTER: this.cluster.directory,
      // An id is made of a member's URL and the second of its adding; one that was removed never comes back.
      NEW_PEER: `http://10.0.0.4:${20_000 + this.#number}`,
      ...addressVariables(this.cluster),
    };
  }

  #path(tools: 'bin' | 'setup'): string {
    return [this.#directory(tools), dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  }

  #setupTool(): string {
    const flags = connectionFlags(this.cluster).map(([flag, value]) => `--${flag}=${value}`);
    if (this.cluster.options.auth) flags.push(`--user=${ROOT.name}:${ROOT.password}`);
    const words = [this.cluster.options.release.etcdctl, ...flags].map(shellQuote).join(' ');
    return `#!/bin/sh\nexec ${words} "$@"\n`;
  }

  #directory(name: 'bin' | 'setup' | 'work'): string {
    return join(this.#home, name);
  }
}

function textsOf({ stdout, stderr }: RunResult): { stdout: string; stderr: string } {
  return { stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1') };
}

async function writeScripts(directory: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(directory, name), text);
    await chmod(join(directory, name), 0o700);
  }
}
