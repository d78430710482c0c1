import type { CancelSignal } from '../base/index.ts';
import type { CallContext, GrpcServer, Requests, Responses, ServedMethod } from '../grpc/server/index.ts';
import type { Caller } from '../member/index.ts';
import type { WireMethod } from '../wire/method.ts';
import type { Guard } from './guard.ts';
import type { CallCounts } from './metrics/call-counts.ts';
import type { RequestStats } from './request-stats.ts';
import { RpcCaller } from './rpc-caller.ts';

const API_VERSION = 'client-api-version';

/** Registers the methods of services in terms of requests and callers, each behind the guard. */
export class Registrar {
  readonly #server: GrpcServer;
  readonly #guard: Guard;
  readonly #calls: CallCounts;
  readonly #stats: RequestStats;
  readonly #hasCommonNames: boolean;

  constructor(
    server: GrpcServer,
    watch: { readonly guard: Guard; readonly calls: CallCounts; readonly stats: RequestStats },
    hasCommonNames: boolean,
  ) {
    this.#server = server;
    this.#guard = watch.guard;
    this.#calls = watch.calls;
    this.#stats = watch.stats;
    this.#hasCommonNames = hasCommonNames;
  }

  unary<Req, Res>(method: WireMethod<Req, Res>, handle: (request: Req, caller: Caller) => Promise<Res>): void {
    this.#calls.serve(method);
    this.#server.unary(method, (request, context) => {
      this.#calls.request('unary', context.header(API_VERSION));
      this.#guard.admitUnary(context, request);
      const done = this.#stats.begin();
      const answer = this.#calls.time(method.path, handle(request, this.#callerOf(context)));
      const tell = (response?: Res): void => done(method, context.peer.address, request, response);
      answer.then(tell, () => tell());
      return answer;
    });
  }

  /** A method whose request has no fields. */
  bare<Req, Res>(method: WireMethod<Req, Res>, handle: (caller: Caller) => Promise<Res>): void {
    this.unary(method, (_request, caller) => handle(caller));
  }

  serverStream<Req, Res>(
    method: ServedMethod<Req, Res>,
    handle: (request: Req, responses: Responses<Res>, caller: StreamCaller) => Promise<void>,
  ): void {
    this.#calls.serve(method);
    this.#server.serverStream(method, (request, responses, context) => {
      this.#calls.request('stream', context.header(API_VERSION));
      this.#guard.admitStream(context);
      return this.#calls.time(method.path, handle(request, responses, this.#callerOf(context)));
    });
  }

  duplex<Req, Res>(
    method: ServedMethod<Req, Res>,
    handle: (requests: Requests<Req>, responses: Responses<Res>, caller: StreamCaller) => Promise<void>,
  ): void {
    this.#calls.serve(method);
    this.#server.duplex(method, (requests, responses, context) => {
      this.#calls.request('stream', context.header(API_VERSION));
      this.#guard.admitStream(context);
      return this.#calls.time(method.path, handle(requests, responses, this.#callerOf(context)));
    });
  }

  #callerOf(context: CallContext): StreamCaller {
    return new RpcCaller(context, this.#hasCommonNames);
  }
}

/** Who has opened a stream: there is always a signal of its end. */
export type StreamCaller = Caller & { readonly signal: CancelSignal };
