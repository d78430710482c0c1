import { ClientError } from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import type { AlarmType } from '../../../wire/index.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { clusterFlag } from '../../globals.ts';
import type { EndpointHealth } from '../../printers/printer.ts';
import { keyBytes } from '../ranges.ts';
import { targetEndpoints } from './targets.ts';

const alarmNames: Readonly<Record<number, string>> = { 1: 'NOSPACE', 2: 'CORRUPT' } satisfies Partial<
  Record<AlarmType, string>
>;

/** What one endpoint's check found, with our lines on why it failed. */
interface Finding extends EndpointHealth {
  readonly details: readonly string[];
}

async function checkEndpoint(context: Context, endpoint: string): Promise<Finding> {
  let client: Client;
  try {
    client = await context.connect({ endpoints: [endpoint] });
  } catch (error) {
    if (!(error instanceof ClientError) || error.kind === 'config') throw error;
    return { endpoint, health: false, tookNs: undefined, error: error.message, details: error.lines() };
  }
  const bounds = context.freshBounds();
  const startMs = performance.now();
  // A linearizable read of any key answers only if the member reaches a quorum.
  const failure = await failureOf(client.kv.range({ key: keyBytes('health') }, bounds));
  const tookNs = BigInt(Math.round((performance.now() - startMs) * 1e6));
  // Permission denied is an answer that has been through consensus too.
  if (failure !== undefined && failure.message !== 'etcdserver: permission denied') {
    return { endpoint, health: false, tookNs, error: failure.message, details: failure.lines() };
  }
  const error = await alarmsOf(client, bounds);
  return { endpoint, health: error === '', tookNs, error, details: [] };
}

async function failureOf(call: Promise<unknown>): Promise<ClientError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
}

async function alarmsOf(client: Client, bounds: Context['bounds']): Promise<string> {
  try {
    const { alarms } = await client.maintenance.alarm({}, bounds);
    if (alarms.length === 0) return '';
    return `Active Alarm(s): ${alarms.map(({ alarm }) => `${alarmNames[alarm] ?? 'UNKNOWN'} `).join('')}`;
  } catch (error) {
    if (error instanceof ClientError) return 'Unable to fetch the alarm list';
    throw error;
  }
}

async function run(context: Context, wholeCluster: boolean): Promise<void> {
  const findings: Finding[] = []; // in the order in which they come in, as etcdctl prints them
  const endpoints = await targetEndpoints(context, wholeCluster);
  await Promise.all(endpoints.map(async (endpoint) => findings.push(await checkEndpoint(context, endpoint))));
  context.print.endpointHealth(findings);
  if (findings.some(({ error }) => error !== '')) {
    const details = findings.flatMap((finding) => finding.details);
    throw new CliError(ExitCode.Error, 'unhealthy cluster', { details: [...new Set(details)] });
  }
}

export const command = defineCommand<typeof clusterFlag, boolean>({
  usage: '',
  flags: clusterFlag,
  prints: () => ['endpointHealth'],
  options: ({ cluster }) => cluster,
  run,
});
