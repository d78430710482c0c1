import type { BinaryWriter } from '@bufbuild/protobuf/wire';

/** A message to be sent: any field may be left out and then has its zero value, at any depth. */
export type Init<T> = T extends Uint8Array | bigint | number | string | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Init<Item>[]
    : { readonly [Field in keyof T]?: Init<T[Field]> };

/** What a generated message offers, as far as calls need it. */
interface Codec<T> {
  encode(message: T): BinaryWriter;
  decode(bytes: Uint8Array): T;
  fromPartial(init: object): T;
}

/** One RPC method with its codecs; the shape that the gRPC channel takes, and the gRPC server too. */
export interface WireMethod<Req, Res> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  encode(message: Init<Req>): Uint8Array;
  decode(bytes: Uint8Array): Res;
  /** The server's side. Byte fields are views of `bytes`. */
  decodeRequest(bytes: Uint8Array): Req;
  encodeResponse(message: Res): Uint8Array;
  /** How many bytes a request takes on the wire. */
  sizeOfRequest(message: Req): number;
}

function method<Req, Res>(
  path: string,
  request: Codec<Req>,
  response: Codec<Res>,
  streams: 'none' | 'server' | 'both',
): WireMethod<Req, Res> {
  return {
    path,
    requestStream: streams === 'both',
    responseStream: streams !== 'none',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Init<Req> is a partial message, which fromPartial takes as it is
    encode: (message) => request.encode(request.fromPartial(message as object)).finish(),
    decode: (bytes) => response.decode(bytes),
    decodeRequest: (bytes) => request.decode(bytes),
    encodeResponse: (message) => response.encode(message).finish(),
    sizeOfRequest: (message) => request.encode(message).finish().byteLength,
  };
}

/** One request, one response. */
export const unary = <Req, Res>(path: string, request: Codec<Req>, response: Codec<Res>): WireMethod<Req, Res> =>
  method(path, request, response, 'none');

/** One request, many responses. */
export const serverStream = <Req, Res>(path: string, request: Codec<Req>, response: Codec<Res>): WireMethod<Req, Res> =>
  method(path, request, response, 'server');

/** Many requests, many responses. */
export const duplex = <Req, Res>(path: string, request: Codec<Req>, response: Codec<Res>): WireMethod<Req, Res> =>
  method(path, request, response, 'both');
