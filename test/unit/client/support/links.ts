import { type Endpoint, readEndpoints } from '../../../../src/client/endpoints.ts';
import { type Link, Node } from '../../../../src/client/node.ts';
import {
  type Call,
  type CallOptions,
  GrpcError,
  type Method,
  StatusCode,
  TransportFailure,
} from '../../../../src/grpc/index.ts';

/** What a fake server does with a call; throw GrpcError to fail it. */
export type Serve = (path: string, request: unknown, options: CallOptions) => unknown;

/** How a fake server takes a connection: at once, never, or with a failure. */
export type Reach = 'up' | 'silent' | 'refused';

export const refused = (peer: string): TransportFailure =>
  new TransportFailure('connect', 'ECONNREFUSED', peer, 'connect ECONNREFUSED');

export const unavailable = (details = 'lost', unprocessed = false, cause?: unknown): GrpcError =>
  new GrpcError(StatusCode.Unavailable, details, { unprocessed, cause });

/** One endpoint of a fake cluster. Change `reach` or `serve` at any time. */
export class FakeServer {
  reach: Reach;
  serve: Serve;
  connects = 0;
  closes = 0;
  readonly calls: { readonly path: string; readonly request: unknown; readonly options: CallOptions }[] = [];
  readonly node: Node;

  constructor(name: string, reach: Reach = 'up', serve: Serve = () => ({})) {
    this.reach = reach;
    this.serve = serve;
    const [endpoint] = readEndpoints([`${name}:1`], false);
    if (endpoint === undefined || 'problem' in endpoint) throw new Error(`${name} is no endpoint`);
    this.node = new Node(endpoint, (target) => new FakeLink(this, target));
  }
}

class FakeLink implements Link {
  readonly #server: FakeServer;
  readonly #endpoint: Endpoint;
  connected = false;

  constructor(server: FakeServer, endpoint: Endpoint) {
    this.#server = server;
    this.#endpoint = endpoint;
  }

  async connect({ deadline, signal }: Pick<CallOptions, 'deadline' | 'signal'> = {}): Promise<void> {
    const failure = refused(this.#endpoint.text);
    if (deadline?.hasPassed) {
      const cause =
        this.#server.reach === 'refused'
          ? failure
          : new TransportFailure('connect', 'NO_ANSWER', this.#endpoint.text, 'waiting');
      throw new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded', { cause, unprocessed: true });
    }
    this.#server.connects += 1;
    if (this.#server.reach === 'refused') throw unavailable('cannot connect', true, failure);
    if (this.#server.reach === 'silent') await aborted(signal);
    this.connected = true;
  }

  async unary<Req, Res>(method: Method<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> {
    if (!this.connected) await this.connect(options);
    this.#server.calls.push({ path: method.path, request, options });
    const response: any = this.#server.serve(method.path, request, options);
    return response;
  }

  open<Req, Res>(): Call<Req, Res> {
    throw new Error('not of this fake');
  }

  close(): void {
    this.connected = false;
    this.#server.closes += 1;
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(new GrpcError(StatusCode.Canceled, 'context canceled', { unprocessed: true }));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
  });
}
