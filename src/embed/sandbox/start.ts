import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  discardTree,
  type FileSystem,
  makeDirectoriesDurably,
  nodeFiles,
  readText,
  writePrivateText,
} from '../../base/index.ts';
import { type EtcdPki, issueEtcdPki, type PkiPaths, readPki, writePki } from '../../pki/index.ts';
import { launch } from '../launch.ts';
import { StartError } from '../options.ts';
import { unmovedMembers } from './kept-members.ts';
import { type ClientVariables, shellLines, variablesOf } from './variables.ts';

export interface SandboxOptions {
  readonly size: number;
  /** Of the first member; the next ones count up. 0: any. */
  readonly port: number;
  /** Where everything is kept for a later start; undefined: in memory, and certificates below `tmpDir` meanwhile. */
  readonly dataDir: string | undefined;
  readonly tls: boolean;
  readonly auth: boolean;
  readonly tmpDir: string;
}

export interface RunningSandbox {
  readonly endpoints: readonly string[];
  /** What etcdctl has to be told to reach it; undefined where a variable must not be set. */
  readonly env: ClientVariables;
  /** A file with the variables, for other shells; only its owner can read it. */
  readonly envFile: string;
  stop(): Promise<void>;
}

/** Starts the cluster and writes what clients need to reach it. @throws StartError, FileError */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const files = nodeFiles;
  const directory = options.dataDir ?? (await mkdtemp(join(options.tmpDir, 'etcdctl-sandbox-')));
  const discard = (): void => {
    if (options.dataDir === undefined) discardTree(files, directory);
  };
  try {
    makeDirectoriesDurably(files, directory);
    const pki = options.tls ? await pkiIn(files, join(directory, 'pki')) : undefined;
    const password = options.auth ? passwordIn(files, join(directory, 'root-password')) : undefined;
    const cluster = await launch(
      {
        size: options.size,
        storage: options.dataDir === undefined ? 'memory' : 'disk',
        ...(options.dataDir !== undefined && { dataDir: unmovedMembers(files, options.dataDir, options.size) }),
        tls: options.tls,
        auth: password === undefined ? false : { rootPassword: password },
        listen: { port: options.port },
        startTimeoutMs: START_TIMEOUT_MS,
      },
      { openEtcd3: noClient, ...(pki && { pki: pki.issued }) },
    );
    const { endpoints } = cluster;
    const env = variablesOf({ endpoints, tls: pki?.paths, credentials: cluster.credentials });
    const envFile = join(directory, 'env');
    writePrivateText(files, envFile, shellLines(env));
    return {
      endpoints,
      env,
      envFile,
      stop: async () => {
        await cluster.stop();
        if (options.dataDir !== undefined) files.remove(envFile);
        discard();
      },
    };
  } catch (error) {
    discard();
    throw error;
  }
}

const START_TIMEOUT_MS = 30_000;
const PASSWORD_BYTES = 18;

const noClient = (): never => {
  throw new StartError('a sandbox has no client of its own');
};

/** The certificates that are there, or new ones. */
async function pkiIn(files: FileSystem, directory: string): Promise<{ issued: EtcdPki; paths: PkiPaths }> {
  const nowMs = Date.now();
  const issued = readPki(files, directory, nowMs) ?? (await issueEtcdPki({ nowMs }));
  return { issued, paths: writePki(files, directory, issued) };
}

/** The password of root lies beside the data, because it is good for nothing without it. */
function passwordIn(files: FileSystem, path: string): string {
  if (files.stat(path) === undefined) writePrivateText(files, path, randomBytes(PASSWORD_BYTES).toString('base64url'));
  return readText(files, path).trim();
}
