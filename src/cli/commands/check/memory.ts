import { messageOf } from '../../../base/index.ts';
import { readFileSync } from 'node:fs';
import { get as getPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getEncrypted } from 'node:https';
import type { TlsFiles } from '../../../client/index.ts';

const metric = 'process_resident_memory_bytes';

/** A reading, or why there is none. */
export type MemoryReading = { readonly bytes: number } | { readonly problem: string };

/** How a server's metrics are reached. */
export interface MetricsTarget {
  readonly endpoint: string;
  readonly tls: TlsFiles | undefined;
  readonly timeoutMs: number;
}

/** Asks a server's /metrics how much memory it holds. */
export async function residentMemory(target: MetricsTarget): Promise<MemoryReading> {
  let text: string;
  try {
    text = await fetchMetrics(target);
  } catch (error) {
    return { problem: `fetch error: ${messageOf(error)}` };
  }
  const line = text.split('\n').find((each) => each.startsWith(metric));
  if (line === undefined) return { problem: `could not find: ${metric}` };
  const bytes = Number(line.slice(metric.length));
  return bytes > 0 ? { bytes } : { problem: `parse error: ${line}` };
}

async function fetchMetrics({ endpoint, tls, timeoutMs }: MetricsTarget): Promise<string> {
  const { scheme, rest } = splitEndpoint(endpoint);
  const isUnix = scheme === 'unix' || scheme === 'unixs';
  const isEncrypted =
    scheme === 'https' || scheme === 'unixs' || ((scheme === '' || scheme === 'unix') && tls !== undefined);
  const url = new URL(`${isEncrypted ? 'https' : 'http'}://${isUnix ? 'localhost' : withHost(rest)}`);
  const options: RequestOptions = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : url.port,
    path: '/metrics',
    agent: false,
    timeout: timeoutMs,
    ...(isUnix && { socketPath: rest }),
  };
  const response = await responseOf(isEncrypted ? getEncrypted({ ...options, ...material(tls) }) : getPlain(options));
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

const defaultPort = 2379;

function splitEndpoint(endpoint: string): { readonly scheme: string; readonly rest: string } {
  const text = endpoint.trim();
  const [, scheme = '', rest = text] = /^(https?|unixs?):(?:\/\/)?(.*)$/s.exec(text) ?? [];
  return { scheme, rest };
}

/** `:2379` is this machine's. */
const withHost = (hostPort: string): string => (hostPort.startsWith(':') ? `localhost${hostPort}` : hostPort);

/** The files were checked when the client was made. */
function material(tls: TlsFiles | undefined): object {
  if (tls === undefined) return {};
  return {
    ...(tls.certFile !== '' && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }),
    ...(tls.caFile !== '' && { ca: readFileSync(tls.caFile) }),
    ...(tls.serverName !== '' && { servername: tls.serverName }),
    rejectUnauthorized: !tls.skipVerify,
  };
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}
