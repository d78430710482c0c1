/**
 * Finds the real etcd tools that the tests compare with. A release is looked
 * for in the directory named by its variable, then on PATH.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const SERIES = ['3.4', '3.5', '3.7'] as const;
export type Series = (typeof SERIES)[number];

/** Directories come from these variables: ETCD_BIN_35=/path/to/dir. */
const DIRECTORY_VARIABLES: Readonly<Record<Series, string>> = {
  '3.4': 'ETCD_BIN_34',
  '3.5': 'ETCD_BIN_35',
  '3.7': 'ETCD_BIN_37',
};

/** What a continuous integration run must have; 3.7 is packaged nowhere yet. */
const REQUIRED: readonly Series[] = ['3.4', '3.5'];

export interface EtcdRelease {
  readonly series: Series;
  /** Full version as the server prints it, such as `3.5.30`. */
  readonly version: string;
  readonly etcd: string;
  readonly etcdctl: string;
  readonly etcdutl: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every release found, oldest first. */
export function findReleases(env: Environment = process.env): EtcdRelease[] {
  const onPath = readRelease(pathLookup(env));
  return SERIES.flatMap((series) => {
    const named = namedRelease(series, env);
    if (named) return [named];
    return onPath?.series === series ? [onPath] : [];
  });
}

/**
 * One line for the head of a test run: what was found, or a loud word about
 * what is skipped and how to get it. With ETCD_REQUIRED=1 absence throws.
 */
export function describeReleases(env: Environment = process.env): string {
  const found = findReleases(env);
  const missing = REQUIRED.filter((series) => !found.some((release) => release.series === series));
  const help = missing.map((series) => `${series} (${DIRECTORY_VARIABLES[series]}=<directory>)`).join(', ');
  if (missing.length > 0 && env.ETCD_REQUIRED === '1')
    throw new Error(`ETCD_REQUIRED=1, but no etcd ${help} was found`);
  if (found.length > 0) return `real etcd: ${found.map((release) => release.version).join(', ')}`;
  return (
    '*** SKIPPED: there is no real etcd on PATH, so the suites against it do not run. ' +
    `Install it (Debian: etcd-server, etcd-client) or name its directory: ${help} ***`
  );
}

function namedRelease(series: Series, env: Environment): EtcdRelease | undefined {
  const variable = DIRECTORY_VARIABLES[series];
  const directory = env[variable];
  if (directory === undefined || directory === '') return undefined;
  const release = readRelease((tool) => executable(join(directory, tool)));
  if (!release) throw new Error(`${variable}=${directory} holds no etcd and etcdctl`);
  if (release.series !== series)
    throw new Error(`${variable}=${directory} holds etcd ${release.version}, not ${series}`);
  return release;
}

function readRelease(lookup: (tool: string) => string | undefined): EtcdRelease | undefined {
  const [etcd, etcdctl] = [lookup('etcd'), lookup('etcdctl')];
  if (etcd === undefined || etcdctl === undefined) return undefined;
  const version = /^etcd Version: (\S+)/m.exec(execFileSync(etcd, ['--version'], { encoding: 'utf8' }))?.[1];
  const series = SERIES.find((known) => version?.startsWith(`${known}.`));
  if (version === undefined || series === undefined) return undefined;
  return { series, version, etcd, etcdctl, etcdutl: lookup('etcdutl') };
}

function pathLookup(env: Environment): (tool: string) => string | undefined {
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return (tool) => directories.map((directory) => executable(join(directory, tool))).find((path) => path !== undefined);
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
