/** The status codes of gRPC, under the names that Go gives them. */
export const StatusCode = {
  OK: 0,
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;

const names = new Map<number, string>(Object.entries(StatusCode).map(([name, code]) => [code, name]));

/** Go's name of a status code: `OutOfRange`; `Code(99)` for one that gRPC does not define. */
export function statusName(code: number): string {
  return names.get(code) ?? `Code(${code})`;
}
