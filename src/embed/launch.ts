import { randomBytes, randomInt } from 'node:crypto';
import { messageOf } from '../base/index.ts';
import type { EtcdPki } from '../pki/index.ts';
import type { ServerTls } from '../serve/index.ts';
import type { ClientTls } from './api.ts';
import { electFirst } from './first-election.ts';
import { EmbeddedCluster, type OpenEtcd3 } from './cluster.ts';
import { openHome } from './home.ts';
import type { Beginning, MemberProcess } from './member-process.ts';
import type { ClusterNode } from './node.ts';
import { type ClusterOptions, StartError } from './options.ts';
import { enableAuth } from './root-user.ts';
import { type Settings, settingsOf } from './settings.ts';
import { Site } from './site.ts';

const SEEDS = 2 ** 47;
const PASSWORD_BYTES = 18;

/** What only those within the project may bring. */
export interface LaunchDeps {
  readonly openEtcd3: OpenEtcd3;
  /** In place of certificates issued for this cluster alone. */
  readonly pki?: EtcdPki;
  /** The data directory is the only member's own, and not one with a directory for each. */
  readonly isAlone?: boolean;
}

/** Starts a cluster; leaves nothing behind when that fails. @throws StartError */
export async function launch(options: ClusterOptions, deps: LaunchDeps): Promise<EmbeddedCluster> {
  const settings = settingsOf(options, randomInt(SEEDS));
  const pki = settings.tls ? (deps.pki ?? (await newPki(settings))) : undefined;
  const site = new Site(settings, await openHome(settings), {
    tls: pki && serverTls(pki),
    isAlone: deps.isAlone ?? false,
  });
  const founders = (): Beginning => ({
    initialCluster: new Map(nodes.map(({ name, peerUrl }) => [name, [peerUrl]])),
    initialClusterState: 'new',
  });
  const nodes = Array.from({ length: settings.size }, () => site.newNode(undefined, founders));
  const cluster = new EmbeddedCluster({ site, nodes, tls: pki && clientTls(pki), openEtcd3: deps.openEtcd3 });
  const deadline = startDeadline(settings.startTimeoutMs);
  try {
    await Promise.race([
      bringUp(cluster, { site, nodes, settings, isOver: () => deadline.signal.aborted }),
      deadline.passed,
    ]);
    return cluster;
  } catch (error) {
    const text = `the cluster did not start: ${messageOf(error)}${site.log.text()}`;
    deadline.abort();
    await cluster.stop().catch(() => undefined);
    throw new StartError(text, { cause: error });
  } finally {
    deadline.clear();
  }
}

interface Start {
  readonly site: Site;
  readonly nodes: readonly ClusterNode[];
  readonly settings: Settings;
  readonly isOver: () => boolean;
}

async function bringUp(cluster: EmbeddedCluster, { site, nodes, settings, isOver }: Start): Promise<void> {
  const processes = await listenAll(nodes);
  await Promise.all(processes.map(([node, process]) => node.begin(process)));
  await electFirst(nodes, site.network, isOver);
  await Promise.all(nodes.flatMap(({ running }) => running?.whenReady ?? []));
  const member = cluster.leader?.running;
  if (settings.rootPassword === undefined || member === undefined) return;
  const password = settings.rootPassword || randomBytes(PASSWORD_BYTES).toString('base64url');
  cluster.credentials = await enableAuth(member, password);
}

/** All listeners, or none. */
async function listenAll(nodes: readonly ClusterNode[]): Promise<(readonly [ClusterNode, MemberProcess])[]> {
  const results = await Promise.allSettled(nodes.map(async (node) => [node, await node.listen()] as const));
  const listening = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return listening;
  await Promise.all(listening.map(([, process]) => process.kill()));
  throw failure.reason;
}

interface StartDeadline {
  readonly signal: AbortSignal;
  /** Rejects when it has passed. */
  readonly passed: Promise<never>;
  abort(): void;
  clear(): void;
}

function startDeadline(timeoutMs: number): StartDeadline {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StartError(`there is no leader after ${timeoutMs} ms`)), timeoutMs);
  });
  passed.catch(() => undefined);
  return { signal: controller.signal, passed, abort: () => controller.abort(), clear: () => clearTimeout(timer) };
}

async function newPki({ listen }: Settings): Promise<EtcdPki> {
  const { issueEtcdPki } = await import('../pki/index.ts');
  return issueEtcdPki({ hosts: listen ? [listen.host] : [], nowMs: Date.now() });
}

/** As a kubeadm cluster: who has no certificate of the authority is not let in. */
const serverTls = ({ ca, server }: EtcdPki): ServerTls => ({ ...server, clientCa: ca.cert });

const clientTls = ({ ca, apiserverEtcdClient }: EtcdPki): ClientTls => ({ ca: ca.cert, ...apiserverEtcdClient });
