import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystem, logOf, type LogSink, nodeFiles, systemClock } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { Member } from '../member/index.ts';
import { initialClusterBySrv } from './discover-srv.ts';
import { memberOptions } from './member-options.ts';
import { gateFamily } from './metrics/gate-figures.ts';
import { MeasuredFiles } from './metrics/measured-files.ts';
import { openPeers } from './open-peers.ts';
import { clientTls, serveClients } from './serve-clients.ts';
import type { ServerSettings } from './settings.ts';
import { summaryOf } from './summary.ts';
import { withSelfSigned } from './tls/self-signed.ts';
import { compactBySettings, defragmentIfWorth } from './upkeep.ts';

/** A member that runs as this process, with its listeners. */
export interface RunningServer {
  /** Resolves with the reason when it has ended by itself. */
  readonly whenEnded: Promise<Error>;
  /** Hands leadership over, ends connections, and leaves the data durable. */
  stop(): Promise<void>;
}

/** Unary calls under way may finish for so long. */
const GRACE_MS = 1_000;

/**
 * Starts the server that the settings describe. Resolves when it answers its clients.
 * @param disk where the data directory is
 * @throws SettingsError, MemberStartError, and what listening or storage throw; nothing stays open then
 */
export async function startServer(
  told: ServerSettings,
  log: LogSink,
  disk: FileSystem = nodeFiles,
): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const settings = await withSelfSigned(await withDiscovered(told, log), log);
    log({ level: 'info', message: 'starting an etcd server', fields: summaryOf(settings, isInitialized(settings)) });
    // What is wrong with the material is said before a data directory is made.
    const tls = clientTls(settings);
    const figures = new Figures();
    const { network, peers } = await openPeers(settings, figures, logOf('peer', log));
    closers.push(() => peers.close());
    closers.push(() => network.close());
    const files = new MeasuredFiles(disk, systemClock, figures);
    const options = memberOptions(settings, network, files, logOf('member', log));
    const member = await Member.start({ ...options, figures });
    closers.push(() => member.stop());
    const cancelCompaction = compactBySettings(settings, member, log);
    closers.push(cancelCompaction);
    // etcd serves no client before the cluster knows of the member.
    await Promise.race([member.whenReady, member.whenEnded.then((reason) => Promise.reject(reason))]);
    await defragmentIfWorth(settings, member, log);
    const served = await serveClients(settings, member, tls, () => [gateFamily(settings.gates)], logOf('serve', log));
    closers.push(() => served.close(GRACE_MS));
    // Those who start servers wait for this, and connect at once.
    log({ level: 'info', message: 'ready to serve client requests', fields: {} });
    return { whenEnded: member.whenEnded, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether there is a log to go on with. */
function isInitialized({ dataDir, walDir }: ServerSettings): boolean {
  const directory = walDir === '' ? join(dataDir, 'member', 'wal') : walDir;
  return existsSync(directory) && readdirSync(directory).some((name) => name.endsWith('.wal'));
}

/** One that starts for the first time may have to find out who the others are. */
async function withDiscovered(settings: ServerSettings, log: LogSink): Promise<ServerSettings> {
  if (settings.discoverySrv === '' || isInitialized(settings)) return settings;
  return { ...settings, initialCluster: await initialClusterBySrv(settings, log) };
}
