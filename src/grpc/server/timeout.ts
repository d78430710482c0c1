const TIMEOUT = /^(\d{1,8})([HMSmun])$/;

const msPerUnit: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds of a `grpc-timeout` header; undefined when it is malformed. */
export function parseTimeout(text: string): number | undefined {
  const match = TIMEOUT.exec(text);
  const perUnit = msPerUnit[match?.[2] ?? ''];
  return perUnit === undefined ? undefined : Number(match?.[1]) * perUnit;
}
