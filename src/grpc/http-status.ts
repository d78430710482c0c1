import { StatusCode } from './status.ts';

/** What gRPC makes of an HTTP status other than 200, which some proxy sent in the server's place. */
const codes = new Map<number, number>([
  [400, StatusCode.Internal],
  [401, StatusCode.Unauthenticated],
  [403, StatusCode.PermissionDenied],
  [404, StatusCode.Unimplemented],
  [429, StatusCode.Unavailable],
  [502, StatusCode.Unavailable],
  [503, StatusCode.Unavailable],
  [504, StatusCode.Unavailable],
]);

export function codeOfHttpStatus(httpStatus: number): number {
  return codes.get(httpStatus) ?? StatusCode.Unknown;
}
