import { StatusCode } from './status.ts';

/** HTTP/2's error codes in the order of their numbers, each with the gRPC status that a reset stream gets for it. */
const codes: ReadonlyArray<readonly [name: string, status: number]> = [
  ['NO_ERROR', StatusCode.Internal],
  ['PROTOCOL_ERROR', StatusCode.Internal],
  ['INTERNAL_ERROR', StatusCode.Internal],
  ['FLOW_CONTROL_ERROR', StatusCode.Internal],
  ['SETTINGS_TIMEOUT', StatusCode.Internal],
  ['STREAM_CLOSED', StatusCode.Internal],
  ['FRAME_SIZE_ERROR', StatusCode.Internal],
  ['REFUSED_STREAM', StatusCode.Unavailable],
  ['CANCEL', StatusCode.Canceled],
  ['COMPRESSION_ERROR', StatusCode.Internal],
  ['CONNECT_ERROR', StatusCode.Internal],
  ['ENHANCE_YOUR_CALM', StatusCode.ResourceExhausted],
  ['INADEQUATE_SECURITY', StatusCode.PermissionDenied],
  ['HTTP_1_1_REQUIRED', StatusCode.Internal],
];

export function http2CodeName(code: number): string {
  return codes[code]?.[0] ?? `0x${code.toString(16)}`;
}

export function statusOfReset(code: number): number {
  return codes[code]?.[1] ?? StatusCode.Unknown;
}
