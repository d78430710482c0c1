import { type JsonValue, quoteJson, TextError } from '../../base/index.ts';
import { type Call, Channel, GrpcError, type Metadata, StatusCode } from '../../grpc/index.ts';
import { messageFromJson, messageToJson } from '../../wire/json.ts';
import { GATEWAY_ROUTES, type GatewayRoute } from './routes.ts';
import { jsonValues } from './values.ts';

/** A request over HTTP, of whatever version. */
export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  /** The header `Authorization`, which carries a token. */
  readonly authorization: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** The other end has gone. */
  readonly signal: AbortSignal;
}

export interface GatewayReply {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  end(text?: string): void;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const ANSWERED = { ...JSON_TYPE, 'grpc-metadata-content-type': 'application/grpc' };

/** gRPC's codes as HTTP's, as grpc-gateway has them. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  [StatusCode.Canceled]: 499,
  [StatusCode.InvalidArgument]: 400,
  [StatusCode.DeadlineExceeded]: 504,
  [StatusCode.NotFound]: 404,
  [StatusCode.AlreadyExists]: 409,
  [StatusCode.PermissionDenied]: 403,
  [StatusCode.ResourceExhausted]: 429,
  [StatusCode.FailedPrecondition]: 400,
  [StatusCode.Aborted]: 409,
  [StatusCode.OutOfRange]: 400,
  [StatusCode.Unimplemented]: 501,
  [StatusCode.Unavailable]: 503,
  [StatusCode.Unauthenticated]: 401,
};

export const isGatewayPath = (path: string): boolean => path.startsWith('/v3/');

/**
 * etcd's JSON gateway. It calls the services over a connection in this process, as any client would, so that nothing
 * that guards them is passed by; who calls through it has no certificate.
 */
export class Gateway {
  readonly #channel: Channel;

  /** @param channel to the services */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Answers; never throws. */
  async handle(request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const route = GATEWAY_ROUTES.get(request.path.replace(/\?.*$/, ''));
    if (route === undefined) return refuse(reply, 404, StatusCode.NotFound, 'Not Found');
    if (request.method !== 'POST') return refuse(reply, 501, StatusCode.Unimplemented, 'Method Not Allowed');
    try {
      if (route.method.responseStream) await this.#stream(route, request, reply);
      else await this.#unary(route, request, reply);
    } catch (error) {
      const { code, text } = reasonOf(error);
      refuse(reply, HTTP_STATUS[code] ?? 500, code, text, isLine(route, error));
    }
  }

  close(): void {
    this.#channel.close();
  }

  async #unary(route: GatewayRoute, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    let message: object = {};
    for await (const value of jsonValues(request.body)) {
      message = messageFromJson(route.request, value);
      break;
    }
    const options = { metadata: metadataOf(request), signal: request.signal };
    const response = await this.#channel.unary(route.method, message, options);
    const text = messageToJson(route.response, response);
    reply.head(200, { ...ANSWERED, 'content-length': String(Buffer.byteLength(text)) });
    reply.end(text);
  }

  /** Each response is a line. What goes wrong after the first one is a line, too. */
  async #stream(route: GatewayRoute, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const call = this.#channel.open(route.method, { metadata: metadataOf(request), signal: request.signal });
    const sent = sendAll(call, route, request);
    let hasBegun = false;
    try {
      for await (const response of call) {
        if (!hasBegun) reply.head(200, ANSWERED);
        hasBegun = true;
        await reply.write(`{"result":${messageToJson(route.response, response)}}\n`);
      }
      await sent;
    } catch (error) {
      const cause = await sent.then(
        () => error,
        (failure: unknown) => failure,
      );
      if (!hasBegun) throw cause;
      const { code, text } = reasonOf(cause);
      await reply.write(`{"error":${errorJson(code, text)}}\n`);
    }
    if (!hasBegun) reply.head(200, ANSWERED);
    reply.end();
  }
}

async function sendAll(call: Call<object, object>, route: GatewayRoute, { body }: GatewayRequest): Promise<void> {
  const send = async (value: JsonValue): Promise<void> => call.write(messageFromJson(route.request, value));
  let count = 0;
  try {
    for await (const value of jsonValues(body)) {
      await send(value);
      count += 1;
      if (!route.method.requestStream) break;
    }
    // A method that takes one request takes an empty body for an empty one.
    if (count === 0 && !route.method.requestStream) await call.write({});
    // A watch goes on when the request is complete; the gateway's callers cannot hold it open.
    if (!route.method.path.endsWith('/Watch')) call.end();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    // What came before the nonsense has been asked for, and is answered.
    if (count > 0) return call.end();
    call.cancel();
    throw error;
  }
}

function metadataOf({ authorization }: GatewayRequest): Metadata {
  return authorization === undefined ? {} : { authorization };
}

function reasonOf(error: unknown): { readonly code: number; readonly text: string } {
  if (error instanceof GrpcError) return { code: error.code, text: error.details };
  if (error instanceof TextError) return { code: StatusCode.InvalidArgument, text: error.message };
  return { code: StatusCode.Unknown, text: error instanceof Error ? error.message : String(error) };
}

const errorJson = (code: number, text: string): string => `{"code":${code},"message":${quoteJson(text)}}`;

/** Where responses are lines, the services' refusals have the form of the last line. */
const isLine = ({ method }: GatewayRoute, error: unknown): boolean =>
  method.responseStream && error instanceof GrpcError;

function refuse(reply: GatewayReply, status: number, code: number, text: string, asLine = false): void {
  const error = errorJson(code, text);
  const body = asLine ? `{"error":${error}}` : error;
  reply.head(status, { ...JSON_TYPE, 'content-length': String(Buffer.byteLength(body)) });
  reply.end(body);
}
