import { isIP } from 'node:net';
import { parseDuration, quote, TextError } from '../base/index.ts';
import { parseGoUrl } from '../base/go-url.ts';
import { splitHostPort } from '../base/peer-urls.ts';
import type { FlagValues } from './flags/values.ts';
import { FLAGS } from './flags/table.ts';
import { isLogFile } from './log/outputs.ts';
import type { ServerSettings } from './settings.ts';

/** The settings contradict themselves, or ask for what is not built: exit code 1. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const LONGEST_ELECTION_MS = 50_000;
const TLS_VERSIONS = ['', 'TLS1.2', 'TLS1.3'];

/**
 * Refuses what etcd refuses, in its words, and what etcd can do and this server cannot.
 * @throws SettingsError
 */
export function checkSettings(settings: ServerSettings, values: FlagValues): void {
  refuseUnsupported(values);
  checkLogging(settings);
  for (const url of [
    ...settings.listenPeerUrls,
    ...settings.listenClientUrls,
    ...settings.listenClientHttpUrls,
    ...settings.listenMetricsUrls,
  ]) {
    checkBindUrl(url);
  }
  checkAdvertised(settings);
  checkMaterial(settings);
  checkTiming(settings);
  checkTls(settings);
}

function refuse(message: string): never {
  throw new SettingsError(message);
}

function refuseUnsupported(values: FlagValues): void {
  for (const { name, initial, support } of FLAGS) {
    if (typeof support === 'string' || !('refused' in support)) continue;
    if (values.text(name) !== initial) refuse(`--${name} is not supported: ${support.refused}`);
  }
}

function checkLogging({ logger, logOutputs, logRotation, logLevel, logFormat }: ServerSettings): void {
  if (logger === 'capnslog') refuse('--logger=capnslog is removed in v3.5');
  if (logger !== 'zap') refuse(`unknown logger option ${quote(logger)}`);
  if (logOutputs.length > 1 && logOutputs.includes('default')) {
    refuse('multi logoutput for "default" is not supported yet');
  }
  const fileCount = logOutputs.filter(isLogFile).length;
  if (logRotation !== undefined && fileCount !== 1 && (logOutputs.length === 1 || fileCount > 1)) {
    refuse('--log-outputs requires a single file path when --log-rotate-config-json is defined');
  }
  if (!['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal'].includes(logLevel)) {
    refuse(`unrecognized level: ${quote(logLevel)}`);
  }
  if (logFormat !== 'json' && logFormat !== 'console') {
    refuse(`unknown log format: ${logFormat}, supported values json, console`);
  }
}

const isSocketPath = (scheme: string): boolean => scheme === 'unix' || scheme === 'unixs';

/** One listens on an address, not on a name; only localhost is known without asking anyone. */
function checkBindUrl(text: string): void {
  const { scheme, host } = parseGoUrl(text);
  if (isSocketPath(scheme)) return;
  const name = splitHostPort(host)?.host ?? '';
  if (name !== 'localhost' && isIP(name) === 0) refuse(`expected IP in URL for binding (${text})`);
}

function checkHostUrls(urls: readonly string[], told: (list: string, why: string) => string): void {
  for (const text of urls) {
    const { scheme, host } = parseGoUrl(text);
    if (isSocketPath(scheme) || (splitHostPort(host)?.host ?? '') !== '') continue;
    refuse(told(quote(urls.join(',')), `unexpected empty host (${text})`));
  }
}

function checkAdvertised(settings: ServerSettings): void {
  checkHostUrls(
    settings.advertisePeerUrls,
    (list, why) => `--initial-advertise-peer-urls ${list} must be "host:port" (${why})`,
  );
  const form = 'in the format "host:port", "unix:/path/to/socket" or "unixs:/path/to/socket"';
  checkHostUrls(
    settings.advertiseClientUrls,
    (list, why) => `--advertise-client-urls ${list} must be ${form} (${why})`,
  );
  if (settings.initialCluster !== '' && settings.discoverySrv !== '') {
    refuse(
      'multiple discovery or bootstrap flags are set. Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"',
    );
  }
  if (settings.listenClientUrls.length > 0 && settings.advertiseClientUrls.length === 0) {
    refuse('--advertise-client-urls is required when --listen-client-urls is set explicitly');
  }
}

const isSecure = (url: string): boolean => /^(https|unixs):/.test(url);

/** What is to be secure has something to be secured with. */
function checkMaterial({ clientTls, peerTls, ...settings }: ServerSettings): void {
  if (clientTls.certFile === '' && clientTls.keyFile === '' && !clientTls.auto) {
    if (settings.listenMetricsUrls.some(isSecure)) {
      refuse('client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url');
    }
    const url = [...settings.listenClientUrls, ...settings.listenClientHttpUrls].find(isSecure);
    if (url !== undefined) {
      refuse(`TLS key/cert (--cert-file, --key-file) must be provided for client url ${url} with HTTPS scheme`);
    }
  }
  const peerUrl = settings.listenPeerUrls.find(isSecure);
  if (peerUrl !== undefined && peerTls.certFile === '' && peerTls.keyFile === '' && !peerTls.auto) {
    refuse(
      `TLS key/cert (--peer-cert-file, --peer-key-file) must be provided for peer url ${peerUrl} with HTTPS scheme`,
    );
  }
}

function checkTiming(settings: ServerSettings): void {
  const { heartbeatMs, electionMs } = settings;
  if (heartbeatMs === 0) refuse('--heartbeat-interval must be >0 (set to 0ms)');
  if (electionMs === 0) refuse('--election-timeout must be >0 (set to 0ms)');
  if (5 * heartbeatMs > electionMs) {
    refuse(
      `--election-timeout[${electionMs}ms] should be at least as 5 times as --heartbeat-interval[${heartbeatMs}ms]`,
    );
  }
  if (electionMs > LONGEST_ELECTION_MS) {
    refuse(`--election-timeout[${electionMs}ms] is too long, and should be set less than ${LONGEST_ELECTION_MS}ms`);
  }
  if (settings.compactHashCheckMs <= 0) refuse('--compact-hash-check-time must be >0');
  const { gates } = settings;
  if (gates.LeaseCheckpointPersist && !gates.LeaseCheckpoint) {
    refuse('enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint');
  }
}

function checkTls({ tlsMinVersion, tlsMaxVersion, cipherSuites }: ServerSettings): void {
  for (const version of [tlsMinVersion, tlsMaxVersion]) {
    if (!TLS_VERSIONS.includes(version)) {
      refuse(`unexpected TLS version ${quote(version)} (must be one of: TLS1.2, TLS1.3)`);
    }
  }
  if (tlsMinVersion === 'TLS1.3' && tlsMaxVersion === 'TLS1.2') {
    refuse('min version (TLS1.3) is greater than max version (TLS1.2)');
  }
  if (tlsMinVersion === 'TLS1.3' && cipherSuites.length > 0) {
    refuse('cipher suites cannot be configured when only TLS1.3 is enabled');
  }
}

/** How much history automatic compaction keeps: undefined when it is off. */
export type Retention = { readonly ms: number } | { readonly revisions: bigint } | undefined;

/**
 * A bare number counts hours or revisions, by the mode; anything else is a duration.
 * @throws SettingsError
 */
export function readRetention(mode: string, retention: string): Retention {
  if (mode !== 'periodic' && mode !== 'revision') {
    refuse(mode === '' ? 'undefined auto-compaction-mode' : `unknown auto-compaction-mode ${quote(mode)}`);
  }
  if (/^\+?\d+$/.test(retention)) {
    const count = BigInt(retention.replace('+', ''));
    if (count === 0n) return undefined;
    return mode === 'revision' ? { revisions: count } : { ms: Number(count) * 3_600_000 };
  }
  try {
    const durationNs = parseDuration(retention);
    if (durationNs <= 0n) return undefined;
    // As in etcd, where both are one number, a duration given for revisions counts its nanoseconds.
    return mode === 'revision' ? { revisions: durationNs } : { ms: Number(durationNs) / 1e6 };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    return refuse(`error parsing CompactionRetention: ${error.message}`);
  }
}
