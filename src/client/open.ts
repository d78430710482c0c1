import { Deadline } from '../base/index.ts';
import { Channel, type ChannelOptions, GrpcError, type TlsOptions } from '../grpc/index.ts';
import type { AuthenticateRequest, AuthenticateResponse, Init } from '../wire/index.ts';
import type { CallBounds, Client } from './api.ts';
import { makeApis } from './apis.ts';
import { Balancer } from './balancer.ts';
import { Caller } from './caller.ts';
import type { ClientConfig } from './config.ts';
import { type BadEndpoint, type Endpoint, readEndpoints } from './endpoints.ts';
import { ClientError, type Explanation } from './errors.ts';
import { SituationView, WaitingNotice } from './situation-view.ts';
import { Node } from './node.ts';
import { Token } from './token.ts';

/** What a client tells while it works, and what tests put in place of the world. All optional. */
export interface ClientDeps {
  /** Something is not as the user may think, but work goes on. One sentence without a newline. */
  readonly warn?: (text: string) => void;
  /** Every failed attempt of a call. */
  readonly debug?: (text: string) => void;
  /** No endpoint can be reached and a call waits on: why. Called again only when the reasons change, or come back. */
  readonly onRetry?: (explanations: readonly Explanation[]) => void;
  /** Makes a connection in place of a socket, as for servers in this process; undefined: a socket after all. */
  readonly connect?: ChannelOptions['connect'];
  /** 0 <= n < 1; chooses the endpoint to begin with. */
  readonly random?: () => number;
}

const DEFAULT_MAX_REQUEST_BYTES = 2 * 1024 * 1024;
const DEFAULT_MAX_RECEIVE_BYTES = 2 ** 31 - 1;
/** Servers take more frequent pings for an attack; etcd's own client does not go below either. */
const SHORTEST_KEEP_ALIVE_MS = 10_000;

/**
 * Makes a client. Nothing is dialled before the first call, unless a token has to be fetched for a user.
 * @throws ClientError of kind `config` or `construction`
 */
export async function openClient(config: ClientConfig, deps: ClientDeps = {}): Promise<Client> {
  const tls = config.tls && (await import('./tls.ts')).readTls(config.tls);
  for (const warning of tls?.warnings ?? []) deps.warn?.(warning);
  const endpoints = readEndpoints(config.endpoints, config.tls !== undefined);
  const nodes = makeNodes(endpoints, config, { tls: tls?.options ?? {}, connect: deps.connect });
  const situation = new SituationView(config, endpoints, nodes);
  const notify = deps.onRetry && new WaitingNotice(situation, deps.onRetry);
  const balancer = new Balancer(nodes, firstOf(nodes, deps.random ?? Math.random), {
    roundFailed: () => void notify?.update(),
    connected: () => notify?.reset(),
  });
  const token: Token = new Token(config, async (request, bounds) => authenticate(caller, request, bounds));
  const caller: Caller = new Caller(balancer, token, deps.debug ?? (() => undefined));
  const fail = async (error: unknown, bounds: CallBounds): Promise<unknown> => {
    if (!(error instanceof GrpcError)) return error;
    const { askRevisions, explainCall } = await import('./explain/index.ts');
    return explainCall(error, bounds, { ...situation.now(), ...(await askRevisions(error, caller)) });
  };
  if (token.isRenewable) {
    try {
      await signIn(token, config, deps);
    } catch (error) {
      const failure = await fail(error, { deadline: dialDeadline(config) });
      balancer.close();
      throw failure instanceof ClientError ? failure.wrap(failure.message, 'construction') : failure;
    }
  }
  return { ...makeApis(caller, fail), endpoints: config.endpoints, close: () => balancer.close() };
}

/** @throws ClientError when there is nothing to talk to, or the limits contradict each other */
function makeNodes(
  endpoints: readonly (Endpoint | BadEndpoint)[],
  config: ClientConfig,
  { tls, connect }: { readonly tls: TlsOptions; readonly connect: ChannelOptions['connect'] },
): Node[] {
  const { maxRequestBytes: send, maxReceiveBytes: receive } = config;
  const usable = endpoints.filter((endpoint): endpoint is Endpoint => !('problem' in endpoint));
  if (usable.length === 0) throw noEndpoints(endpoints);
  if (receive > 0 && send > receive) {
    const text = `gRPC message recv limit (${receive} bytes) must be greater than send limit (${send} bytes)`;
    const hint = 'raise --max-recv-bytes, or lower --max-request-bytes';
    throw new ClientError('construction', text, {
      explanations: [{ cause: 'the two limits contradict each other', hint }],
    });
  }
  const common: ChannelOptions = {
    maxSendBytes: send || DEFAULT_MAX_REQUEST_BYTES,
    maxReceiveBytes: receive || DEFAULT_MAX_RECEIVE_BYTES,
    ...(connect !== undefined && { connect }),
    ...(config.keepAliveTimeMs > 0 && {
      keepAliveTimeMs: Math.max(config.keepAliveTimeMs, SHORTEST_KEEP_ALIVE_MS),
      keepAliveTimeoutMs: config.keepAliveTimeoutMs,
    }),
  };
  const makeLink = ({ address, secure, serverName, authority }: Endpoint): Channel =>
    new Channel(address, {
      ...common,
      ...(authority !== undefined && { authority }),
      ...(secure && { tls: { serverName, ...tls } }),
    });
  return usable.map((endpoint) => new Node(endpoint, makeLink));
}

function noEndpoints(endpoints: readonly (Endpoint | BadEndpoint)[]): ClientError {
  const hint = 'name them in --endpoints (ETCDCTL_ENDPOINTS)';
  const explanations = endpoints.flatMap((bad) =>
    'problem' in bad ? [{ endpoint: bad.text, cause: bad.problem, hint }] : [],
  );
  return new ClientError('construction', 'etcdclient: no available endpoints', {
    explanations: explanations.length > 0 ? explanations : [{ cause: 'the list of endpoints is empty', hint }],
  });
}

const firstOf = (nodes: readonly Node[], random: () => number): number => Math.floor(random() * nodes.length);

async function authenticate(
  caller: Caller,
  request: Init<AuthenticateRequest>,
  bounds: CallBounds,
): Promise<AuthenticateResponse> {
  const { auth } = await import('../wire/services/auth.ts');
  return caller.unary(auth.authenticate, request, bounds);
}

const dialDeadline = ({ dialTimeoutMs }: ClientConfig): Deadline =>
  dialTimeoutMs > 0 ? Deadline.after(dialTimeoutMs) : Deadline.never;

/** Fetches the first token. @throws GrpcError */
async function signIn(token: Token, config: ClientConfig, deps: ClientDeps): Promise<void> {
  try {
    await token.renew({ deadline: dialDeadline(config) });
  } catch (error) {
    if (!(error instanceof GrpcError) || error.details !== 'etcdserver: authentication is not enabled') throw error;
    deps.warn?.('authentication is not enabled on the server: --user is ignored');
  }
}
