import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { StatusCode } from '../../../../src/grpc/index.ts';
import { AuthenticateRequest, AuthenticateResponse } from '../../../../src/wire/gen/rpc/auth.ts';
import {
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RangeStreamResponse,
} from '../../../../src/wire/gen/rpc/kv.ts';
import { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../../../../src/wire/gen/rpc/lease.ts';
import {
  SnapshotRequest,
  SnapshotResponse,
  StatusRequest,
  StatusResponse,
} from '../../../../src/wire/gen/rpc/maintenance.ts';
import { WatchRequest, WatchResponse } from '../../../../src/wire/gen/rpc/watch.ts';

/** Thrown by a handler: the status that the call ends with. */
export class StatusError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a handler gets to know of a call. */
export interface SeenCall {
  readonly method: string;
  readonly token: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly request: unknown;
}

interface Handlers {
  range?(request: RangeRequest, call: SeenCall): Partial<RangeResponse>;
  put?(request: PutRequest, call: SeenCall): Partial<PutResponse>;
  status?(call: SeenCall): Partial<StatusResponse>;
  authenticate?(request: AuthenticateRequest): Partial<AuthenticateResponse>;
  rangeStream?(request: RangeRequest): readonly Partial<RangeStreamResponse>[];
  snapshot?(): readonly Partial<SnapshotResponse>[];
  keepAlive?(request: LeaseKeepAliveRequest, call: SeenCall): Partial<LeaseKeepAliveResponse>;
  watch?(request: WatchRequest, call: SeenCall): readonly object[];
}

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromPartial(partial: object): T;
}

/** A gRPC server made with grpc-js, which answers as the test says and remembers what it was asked. */
export class EtcdDouble {
  handlers: Handlers;
  readonly calls: SeenCall[] = [];
  readonly #server = new Server();
  #port = 0;

  constructor(handlers: Handlers = {}) {
    this.handlers = handlers;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(port = 0, credentials = ServerCredentials.createInsecure()): Promise<this> {
    const { unary, serverStream, duplex } = this.#kinds();
    this.#server.addService(
      Object.fromEntries([
        unary.definition('/etcdserverpb.KV/Range', RangeRequest, RangeResponse),
        unary.definition('/etcdserverpb.KV/Put', PutRequest, PutResponse),
        unary.definition('/etcdserverpb.Maintenance/Status', StatusRequest, StatusResponse),
        unary.definition('/etcdserverpb.Auth/Authenticate', AuthenticateRequest, AuthenticateResponse),
        serverStream.definition('/etcdserverpb.KV/RangeStream', RangeRequest, RangeStreamResponse),
        serverStream.definition('/etcdserverpb.Maintenance/Snapshot', SnapshotRequest, SnapshotResponse),
        duplex.definition('/etcdserverpb.Lease/LeaseKeepAlive', LeaseKeepAliveRequest, LeaseKeepAliveResponse),
        duplex.definition('/etcdserverpb.Watch/Watch', WatchRequest, WatchResponse),
      ]),
      {
        Range: unary.handler('Range', RangeResponse, (request: RangeRequest, call) =>
          this.handlers.range?.(request, call),
        ),
        Put: unary.handler('Put', PutResponse, (request: PutRequest, call) => this.handlers.put?.(request, call)),
        Status: unary.handler('Status', StatusResponse, (_: StatusRequest, call) => this.handlers.status?.(call)),
        Authenticate: unary.handler('Authenticate', AuthenticateResponse, (request: AuthenticateRequest) =>
          this.handlers.authenticate?.(request),
        ),
        RangeStream: serverStream.handler('RangeStream', RangeStreamResponse, (request: RangeRequest) =>
          this.handlers.rangeStream?.(request),
        ),
        Snapshot: serverStream.handler('Snapshot', SnapshotResponse, () => this.handlers.snapshot?.()),
        LeaseKeepAlive: duplex.handler(
          'LeaseKeepAlive',
          LeaseKeepAliveResponse,
          (request: LeaseKeepAliveRequest, call) => {
            const answer = this.handlers.keepAlive?.(request, call);
            return answer && [answer];
          },
        ),
        Watch: duplex.handler('Watch', WatchResponse, (request: WatchRequest, call) =>
          this.handlers.watch?.(request, call),
        ),
      },
    );
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return this;
  }

  get port(): number {
    return this.#port;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #see(method: string, call: Pick<ServerUnaryCall<unknown, unknown>, 'metadata'>, request: unknown): SeenCall {
    const metadata = call.metadata.getMap();
    const token = metadata.token === undefined ? undefined : String(metadata.token);
    const seen = { method, token, metadata, request };
    this.calls.push(seen);
    return seen;
  }

  #kinds() {
    const unary = {
      definition: definition(false, false),
      handler:
        <Req>(
          method: string,
          codec: Codec<any>,
          answer: (request: Req, call: SeenCall) => Answer,
        ): handleUnaryCall<Req, unknown> =>
        (call, reply) => {
          try {
            reply(null, codec.fromPartial(answered(answer(call.request, this.#see(method, call, call.request)))));
          } catch (error) {
            reply(statusOf(error));
          }
        },
    };
    const serverStream = {
      definition: definition(false, true),
      handler:
        <Req>(
          method: string,
          codec: Codec<any>,
          answer: (request: Req) => readonly object[] | undefined,
        ): handleServerStreamingCall<Req, unknown> =>
        (call) => {
          this.#see(method, call, call.request);
          try {
            for (const item of answered(answer(call.request))) call.write(codec.fromPartial(item));
            call.end();
          } catch (error) {
            call.emit('error', statusOf(error));
          }
        },
    };
    const duplex = {
      definition: definition(true, true),
      handler:
        <Req>(
          method: string,
          codec: Codec<any>,
          answer: (request: Req, call: SeenCall) => readonly object[] | undefined,
        ): handleBidiStreamingCall<Req, unknown> =>
        (call) => {
          call.on('data', (request: Req) => {
            try {
              for (const item of answered(answer(request, this.#see(method, call, request))))
                call.write(codec.fromPartial(item));
            } catch (error) {
              call.emit('error', statusOf(error));
            }
          });
          call.on('end', () => call.end());
        },
    };
    return { unary, serverStream, duplex };
  }
}

type Answer = object | undefined;

function answered<T extends Answer>(answer: T): NonNullable<T> {
  if (answer === undefined) throw new StatusError(StatusCode.Unimplemented, 'unknown method');
  return answer;
}

const definition =
  (requestStream: boolean, responseStream: boolean) =>
  (path: string, request: Codec<any>, response: Codec<any>): [string, any] => [
    path.split('/').at(-1)!,
    {
      path,
      requestStream,
      responseStream,
      requestSerialize: (message: unknown) => Buffer.from(request.encode(message).finish()),
      requestDeserialize: (bytes: Buffer) => request.decode(bytes),
      responseSerialize: (message: unknown) => Buffer.from(response.encode(message).finish()),
      responseDeserialize: (bytes: Buffer) => response.decode(bytes),
    },
  ];

function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof StatusError) return { code: error.code, details: error.message };
  return { code: StatusCode.Unknown, details: String(error) };
}
