import { type Call, GrpcError, type Metadata, type Method } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';
import type { Balancer } from './balancer.ts';
import type { Node } from './node.ts';
import { jittered, pause } from './pause.ts';
import {
  blamesEndpoint,
  isOldAuthRevision,
  isRepeatable,
  isStaleToken,
  isTransportError,
  MAX_ATTEMPTS,
  mayRepeat,
} from './retry.ts';
import type { Token } from './token.ts';

/** etcd's servers tell by it which client they serve. */
const API_VERSION = { 'client-api-version': '3.7' };
/** Its failures are never mended by another one. */
const AUTHENTICATE = '/etcdserverpb.Auth/Authenticate';
const ROUND_WAIT_MS = 25;
/** Without a token there is nothing to renew, but users and roles may change again before the next attempt. */
const MAX_AUTH_RETRIES = 5;

/**
 * Makes calls over the balancer: picks an endpoint, adds the token, and decides after a failure whether the
 * call may be made again, where, and when. Throws GrpcError; texts for people are made further out.
 */
export class Caller {
  readonly #balancer: Balancer;
  readonly #token: Token;
  readonly #debug: (text: string) => void;

  constructor(balancer: Balancer, token: Token, debug: (text: string) => void) {
    this.#balancer = balancer;
    this.#token = token;
    this.#debug = debug;
  }

  async unary<Req, Res>(method: Method<Req, Res>, request: Req, bounds: CallBounds): Promise<Res> {
    let sent = 0;
    let renewals = 0;
    for (let attempt = 0; ; attempt++) {
      const node =
        attempt === 0 && this.#mayGoAhead(method.path) ? this.#balancer.next : await this.#balancer.ready(bounds);
      try {
        const response = await node.link.unary(method, request, { ...bounds, metadata: this.metadata() });
        node.failure = undefined;
        return response;
      } catch (error) {
        if (!(error instanceof GrpcError)) throw error;
        this.#debug(`${method.path} at ${node.endpoint.text}, attempt ${attempt}: ${error.message}`);
        if (method.path !== AUTHENTICATE && (await this.renewToken(error, renewals, bounds))) {
          renewals += 1;
          continue;
        }
        this.failed(node, error);
        if (!isTransportError(error) || !error.unprocessed) sent += 1;
        if (sent >= MAX_ATTEMPTS || !mayRepeat(method.path, error, this.endpointCount)) throw error;
        // After every round over the endpoints there is a short wait.
        if ((attempt + 1) % this.endpointCount === 0) await pause(jittered(ROUND_WAIT_MS), bounds);
      }
    }
  }

  /** An endpoint to open a stream on. @throws GrpcError when the bounds run out before one is connected. */
  ready(bounds: CallBounds): Promise<Node> {
    return this.#balancer.ready(bounds);
  }

  /** Opens a stream on a connected endpoint. Its end is the caller's to judge. */
  open<Req, Res>(node: Node, method: Method<Req, Res>, bounds: CallBounds, metadata: Metadata): Call<Req, Res> {
    return node.link.open(method, { ...bounds, metadata: { ...this.metadata(), ...metadata } });
  }

  /** After a call or a stream has failed: the next one goes to another endpoint if this one is to blame. */
  failed(node: Node, error: GrpcError): void {
    if (blamesEndpoint(error)) this.#balancer.failed(node, error);
  }

  get isClosed(): boolean {
    return this.#balancer.isClosed;
  }

  get endpointCount(): number {
    return this.#balancer.nodes.length;
  }

  /**
   * Renews the token if the failure says that it is stale, once per call.
   * @returns whether the call may be made again; nothing of it was processed
   * @throws GrpcError when the renewal fails
   */
  async renewToken(error: GrpcError, renewals: number, bounds: CallBounds): Promise<boolean> {
    const token = this.#token;
    if (!token.isRenewable)
      return token.value === '' && isOldAuthRevision(error.details) && renewals < MAX_AUTH_RETRIES;
    const isStale = isStaleToken(error.details) || error.details === 'etcdserver: user name is empty';
    if (!isStale || renewals > 0) return false;
    await token.renew(bounds);
    return true;
  }

  metadata(): Metadata {
    const { value } = this.#token;
    return value === '' ? API_VERSION : { ...API_VERSION, token: value };
  }

  /** With one endpoint there is no choice to make: a request that does no harm twice need not wait for the handshake. */
  #mayGoAhead(path: string): boolean {
    return this.#balancer.nodes.length === 1 && isRepeatable(path);
  }
}
