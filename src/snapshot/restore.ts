import { type FileSystem, type LogSink, nodeFiles } from '../base/index.ts';
import { BboltError, Database, update } from '../bbolt/index.ts';
import { checkBootstrap } from './bootstrap-check.ts';
import { copySnapshot, type CopyOptions, type Progress, type SnapshotSource } from './copy-snapshot.ts';
import { SnapshotError } from './errors.ts';
import { writeFoundingLog } from './founding-log.ts';
import { addMembers, bumpRevision, latestRevision, setConsistentIndex, trimMembers } from './founding-state.ts';
import { checkPages } from './integrity.ts';
import { foundMembership, type Membership } from './membership.ts';
import { parsePeerUrlMap, parsePeerUrls } from '../base/peer-urls.ts';
import { type Resolver, systemResolver } from './resolve.ts';
import { KEY_BUCKET, META_BUCKET } from './schema.ts';
import { Staging } from './staging.ts';

export interface RestoreOptions {
  readonly source: SnapshotSource;
  /** What the source is called in logs and errors; the path itself unless it is a pipe. */
  readonly sourceName?: string;
  /** Must be missing or empty. Default: `<name>.etcd`. */
  readonly dataDir?: string;
  /** Must be missing. Default: within the data directory. */
  readonly walDir?: string;
  readonly name: string;
  /** `name=url,name=url`: all members of the new cluster. */
  readonly initialCluster: string;
  readonly initialClusterToken: string;
  readonly initialAdvertisePeerUrls: readonly string[];
  /** Take it without a digest, or with a wrong one; its pages are checked instead. */
  readonly skipHashCheck?: boolean;
  /** Added to the newest revision; needs `markCompacted`. */
  readonly bumpRevision?: bigint;
  readonly markCompacted?: boolean;
  /** Has no meaning here; it is shown in the log as etcd shows it. */
  readonly initialMemoryMapSizeBytes?: bigint;
  readonly log?: LogSink;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly files?: FileSystem;
  readonly resolver?: Resolver;
}

/**
 * Makes a member's data directory from a snapshot: its keys, leases, users and
 * roles in a new cluster of new members. All or nothing: a failure, or the
 * signal, leaves nothing behind.
 * @throws SnapshotError, TextError (a URL that is none), FileError, the signal's reason
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { log = () => undefined, files = nodeFiles, signal } = options;
  checkBump(options);
  const advertised = parsePeerUrls(options.initialAdvertisePeerUrls);
  const cluster = parsePeerUrlMap(options.initialCluster);
  await checkBootstrap(options.name, advertised, cluster, options.resolver ?? systemResolver(log, signal));
  const membership = foundMembership(cluster, options.initialClusterToken);

  const staging = new Staging(files, options.dataDir || `${options.name}.etcd`, options.walDir || undefined);
  const fields = {
    path: sourceName(options),
    'wal-dir': staging.target.walDir,
    'data-dir': staging.target.dataDir,
    'snap-dir': staging.target.snapDir,
    'initial-memory-map-size': options.initialMemoryMapSizeBytes ?? 0n,
  };
  log({ level: 'info', message: 'restoring snapshot', fields });
  try {
    staging.begin();
    await build(files, staging, membership, options, log);
    signal?.throwIfAborted();
    staging.commit();
  } catch (error) {
    discard(staging, log);
    throw error;
  }
  log({ level: 'info', message: 'restored snapshot', fields });
}

/** What went wrong first is what is told; what could not be removed either is worth a warning. */
function discard(staging: Staging, log: LogSink): void {
  try {
    staging.discard();
  } catch (error) {
    const fields = { 'data-dir': staging.target.dataDir, error: String(error) };
    log({ level: 'warn', message: 'failed to remove what was made', fields });
  }
}

const sourceName = ({ source, sourceName }: RestoreOptions): string =>
  sourceName ?? (typeof source === 'string' ? source : 'standard input');

function checkBump({ bumpRevision = 0n, markCompacted = false }: RestoreOptions): void {
  if (bumpRevision > 0n === markCompacted) return;
  throw new SnapshotError('argument', '--mark-compacted required if --revision-bump > 0');
}

async function build(
  files: FileSystem,
  staging: Staging,
  membership: Membership,
  options: RestoreOptions,
  log: LogSink,
): Promise<void> {
  const { paths } = staging;
  const { skipHashCheck = false, onProgress, signal } = options;
  const database = files.open(paths.database, 'create');
  try {
    const copyOptions: CopyOptions = { skipHashCheck, onProgress, signal };
    await copySnapshot(files, options.source, database, copyOptions);
    // The bulk goes to the disk here, without holding up the process.
    await database.fdatasyncAsync();

    const copy = new Database(database);
    // No digest vouches for it: it may be the copy of a file that was being written to.
    if (skipHashCheck) await checkPages(copy, signal);
    const latest = inspect(copy, sourceName(options));
    const local = membership.members.find(({ name }) => name === options.name);
    const point = await writeFoundingLog(files, paths, membership, local?.id ?? 0n);
    update(database, (root) => {
      trimMembers(root, log);
      if (options.bumpRevision) bumpRevision(root, latest, options.bumpRevision, log);
      addMembers(root, membership, log);
      setConsistentIndex(root, point);
    });
    database.fsync();
  } catch (error) {
    if (!(error instanceof BboltError)) throw error;
    throw new SnapshotError('invalid', `${sourceName(options)}: ${error.message}`, { cause: error });
  } finally {
    database.close();
  }
}

/** Sees that a database is one of etcd's; returns its newest revision. */
function inspect(database: Database, name: string): bigint {
  for (const bucket of [KEY_BUCKET, META_BUCKET]) {
    if (database.bucket(bucket)) continue;
    throw new SnapshotError('invalid', `${name}: not a snapshot of etcd: it has no bucket "${bucket}"`);
  }
  return latestRevision(database, name);
}
