/**
 * Where a failure belongs, which decides the exit code: `config`: files or values of the configuration are
 * unusable; `construction`: no client could be made (no endpoints, wrong password); `discovery`: DNS gave no
 * endpoints; `rpc`: a call failed.
 */
export type ClientErrorKind = 'config' | 'construction' | 'discovery' | 'rpc';

/** One cause of a failure in plain words, and what mends it. Never holds a secret. */
export interface Explanation {
  /** The endpoint as the user wrote it; absent where the cause is not of one endpoint. */
  readonly endpoint?: string;
  readonly cause: string;
  /** The flag, variable or command that mends it. */
  readonly hint?: string;
}

interface ClientErrorDetails {
  /** The gRPC status code, where a call failed. */
  readonly code?: number;
  readonly explanations?: readonly Explanation[];
  readonly cause?: unknown;
}

/**
 * Every failure of the client. `message` is what Go's etcdctl prints after
 * `Error: `, unchanged, since scripts match on it; the explanations come after it.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;
  readonly code: number | undefined;
  readonly explanations: readonly Explanation[];

  constructor(kind: ClientErrorKind, message: string, { code, explanations = [], cause }: ClientErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
    this.explanations = explanations;
  }

  /** The same failure seen from further out: another sentence, perhaps another kind, the same code and explanations. */
  wrap(message: string, kind: ClientErrorKind = this.kind): ClientError {
    const { code, explanations } = this;
    return new ClientError(kind, message, { ...(code !== undefined && { code }), explanations, cause: this });
  }

  /** The explanations as lines for people: a cause per endpoint, then each hint once. */
  lines(): string[] {
    return explanationLines(this.explanations);
  }
}

/** `endpoint: cause` for each, then the hints, none of them twice. */
export function explanationLines(explanations: readonly Explanation[]): string[] {
  const causes = explanations.map(({ endpoint, cause }) => (endpoint === undefined ? cause : `${endpoint}: ${cause}`));
  const hints = explanations.flatMap(({ hint }) => (hint === undefined ? [] : [`hint: ${hint}`]));
  return [...new Set([...causes, ...hints])];
}
