import { type Clock, type LogSink, systemClock } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { type Address, Channel, type Transport } from '../grpc/index.ts';
import { GrpcServer, openPipe } from '../grpc/server/index.ts';
import type { MemberApi } from '../member/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { Guard } from './guard.ts';
import { Gateway } from './gateway/index.ts';
import { OPEN_ACCESS } from './http/access.ts';
import { answerPlain, http1Server } from './http/carry.ts';
import { makeRouter, metricsOnly } from './http/router.ts';
import { LeaderLoss } from './leader-loss.ts';
import { Gate } from './listen/gate.ts';
import { CallCounts } from './metrics/call-counts.ts';
import { CallTimes } from './metrics/call-times.ts';
import { outcomeOf } from './outcome.ts';
import { Registrar } from './registrar.ts';
import { RequestStats } from './request-stats.ts';
import { serveAuth } from './services/auth.ts';
import { serveCluster } from './services/cluster.ts';
import { serveElection } from './services/election.ts';
import { serveHealth } from './services/health.ts';
import { serveKv } from './services/kv.ts';
import { serveLease } from './services/lease.ts';
import { serveLock } from './services/lock.ts';
import { serveMaintenance } from './services/maintenance.ts';
import { serveWatch } from './services/watch.ts';
import type { Served, ServeOptions } from './types.ts';

const DEFAULT_MAX_REQUEST_BYTES = 1.5 * 1024 * 1024;
/** What a request of the largest size may take beside, on the wire. */
const REQUEST_OVERHEAD_BYTES = 512 * 1024;
const DEFAULT_MIN_PING_INTERVAL_MS = 5_000;
const DEFAULT_ELECTION_TIMEOUT_MS = 1_000;
const DEFAULT_SLOW_REQUEST_MS = 300;
/** Clients that vanished without a word are found out in the end. */
const KEEP_ALIVE = { idleMs: 2 * 60 * 60 * 1000, timeoutMs: 20_000 };

const silent: LogSink = () => {};

/**
 * Serves a member, until `close`.
 * @throws Error naming the listener that cannot be had, or what is wrong with the TLS material; nothing stays open then
 */
export async function serveMember(member: MemberApi, options: ServeOptions = {}): Promise<Served> {
  const { clock = systemClock, logger = silent, listeners = [] } = options;
  const figures = member.counted ?? new Figures();
  const calls = new CallCounts(figures, options.callTimes === true ? new CallTimes(clock) : undefined);
  const route = makeRouter(member, clock, figures, [() => calls.families(), options.figures ?? (() => [])]);
  const maxRequestBytes = options.maxRequestBytes ?? DEFAULT_MAX_REQUEST_BYTES;
  const connect = (): Transport => {
    const { near, far } = openPipe();
    server.accept(far, { address: 'in-process' });
    return near;
  };
  const gateway =
    options.gateway === false ? undefined : new Gateway(new Channel({ kind: 'unix', path: 'in-process' }, { connect }));
  const site = { route, gateway, access: options.access ?? OPEN_ACCESS };
  const server: GrpcServer = new GrpcServer({
    // Connections and deadlines live in the clients' time, whatever the member's clock shows.
    clock: systemClock,
    maxReceiveBytes: maxRequestBytes + REQUEST_OVERHEAD_BYTES,
    ...(options.maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams: options.maxConcurrentStreams }),
    minPingIntervalMs: options.minPingIntervalMs ?? DEFAULT_MIN_PING_INTERVAL_MS,
    keepAlive: options.keepAlive ?? KEEP_ALIVE,
    outcomeOf: outcomeOf(logger),
    fallback: (request) => answerPlain(site, request),
    observer: calls,
  });
  const leaderLoss = new LeaderLoss(member, clock, options.electionTimeoutMs ?? DEFAULT_ELECTION_TIMEOUT_MS);
  const stats = new RequestStats({ clock, log: logger, slowMs: options.slowRequestMs ?? DEFAULT_SLOW_REQUEST_MS });
  const watch = { guard: new Guard(member, leaderLoss), calls, stats };
  const routes = new Registrar(server, watch, options.commonNames === true);
  registerServices(routes, member, { maxRequestBytes, clock, figures });
  const http1 = http1Server(site);
  const metrics = http1Server({ route: metricsOnly(route), access: OPEN_ACCESS });
  const gate = new Gate((protocol, socket, peer, serves) => {
    const isHttpOnly = serves === 'http' || serves === 'metrics';
    if (protocol === 'h2' && !isHttpOnly) server.accept(socket, peer);
    else if (protocol === 'h2' || serves === 'grpc') socket.destroy();
    else if (serves === 'metrics') metrics.emit('connection', socket);
    else http1.emit('connection', socket);
  }, logger);

  const shutDown = async (graceMs: number): Promise<void> => {
    const shut = gate.shut();
    await server.stop(graceMs, refuse.stopped());
    gateway?.close();
    http1.closeAllConnections();
    metrics.closeAllConnections();
    gate.destroyAll();
    leaderLoss.stop();
    await shut;
  };
  const addresses: Address[] = [];
  try {
    for (const listener of listeners) addresses.push(await gate.open(listener, options.tls));
  } catch (error) {
    await shutDown(0);
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    addresses,
    connect,
    close: (graceMs = 0) => (closed ??= shutDown(graceMs)),
  };
}

function registerServices(
  routes: Registrar,
  member: MemberApi,
  { maxRequestBytes, clock, figures }: { maxRequestBytes: number; clock: Clock; figures: Figures },
): void {
  serveKv(routes, member, maxRequestBytes);
  serveWatch(routes, member, { clock, figures });
  serveLease(routes, member);
  serveCluster(routes, member);
  serveMaintenance(routes, member);
  serveAuth(routes, member);
  serveLock(routes, member);
  serveElection(routes, member);
  serveHealth(routes);
}
