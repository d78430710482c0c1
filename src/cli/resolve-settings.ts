import { formatMs } from '../base/index.ts';
import type { ClientConfig, TlsFiles } from '../client/index.ts';
import { readCredentials } from './credentials.ts';
import { variableName } from './environment.ts';
import { badArgs } from './errors.ts';
import { globalFlags, type GlobalValues } from './globals.ts';
import type { Io } from './io.ts';
import { formatOf, type Settings } from './settings.ts';

/** What settings are made from: the global flags merged with the environment, and which of them someone set. */
export interface SettingsSource {
  readonly flags: GlobalValues;
  readonly set: ReadonlySet<string>;
}

/**
 * Checks the merged global flags and makes settings of them; asks for a
 * password when a user name came without one. Nothing is sent yet.
 */
export async function resolveSettings(io: Io, { flags, set }: SettingsSource): Promise<Settings> {
  if (flags.debug) printEffective(io, flags);
  const found = await endpoints(io, flags);
  const tls = tlsFiles(flags, set);
  const user = flags.authJwtToken === '' ? await readCredentials(io, flags, 'Password: ') : undefined;
  const client: ClientConfig = {
    endpoints: found,
    dialTimeoutMs: flags.dialTimeout,
    keepAliveTimeMs: flags.keepaliveTime,
    keepAliveTimeoutMs: flags.keepaliveTimeout,
    maxRequestBytes: flags.maxRequestBytes,
    maxReceiveBytes: flags.maxRecvBytes,
    ...(tls && { tls }),
    ...(user && { user }),
    ...(flags.authJwtToken !== '' && { jwt: flags.authJwtToken }),
  };
  return {
    format: formatOf(flags.writeOut),
    hex: flags.hex,
    debug: flags.debug,
    commandTimeoutMs: flags.commandTimeout,
    hasExplicitTimeout: set.has('commandTimeout'),
    client,
  };
}

function tlsFiles(flags: GlobalValues, set: ReadonlySet<string>): TlsFiles | undefined {
  for (const name of ['cert', 'key', 'cacert'] as const) {
    if (flags[name] === '' && set.has(name)) throw badArgs(`empty string is passed to --${name} option`);
  }
  const serverName = flags.insecureDiscovery ? '' : flags.discoverySrv;
  const isWanted =
    flags.cert || flags.key || flags.cacert || serverName || flags.insecureSkipTlsVerify || !flags.insecureTransport;
  if (!isWanted) return undefined;
  return {
    certFile: flags.cert,
    keyFile: flags.key,
    caFile: flags.cacert,
    serverName,
    skipVerify: flags.insecureSkipTlsVerify,
  };
}

async function endpoints(io: Io, flags: GlobalValues): Promise<readonly string[]> {
  if (flags.discoverySrv !== '') {
    const { discoverEndpoints } = await import('../client/discovery.ts');
    const found = await discoverEndpoints({
      domain: flags.discoverySrv,
      serviceName: flags.discoverySrvName,
      acceptInsecure: flags.insecureDiscovery,
      warn: (line) => io.stderr.write(`${line}\n`),
    });
    if (found.length > 0) return found;
  }
  return flags.endpoints.map((endpoint) => endpoint.trim());
}

/** What --debug says first: every setting under its variable's name, secrets masked. */
function printEffective(io: Io, flags: GlobalValues): void {
  const settings: Readonly<Record<string, unknown>> = flags;
  for (const [name, { typeName }] of Object.entries(globalFlags).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown = isSecret(name) && settings[name] !== '' ? '***' : valueText(settings[name], typeName);
    io.stderr.write(`${variableName(name)}=${shown}\n`);
  }
}

/** A value as Go prints it: a list in brackets, a duration in its own notation. */
function valueText(value: unknown, typeName: string): string {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeName === 'duration' ? formatMs(Number(value)) : String(value);
}

const isSecret = (name: string): boolean => name === 'password' || name === 'authJwtToken' || name === 'user';
