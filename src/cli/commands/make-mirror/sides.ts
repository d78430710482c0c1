import { ClientError } from '../../../client/index.ts';

export type Side = 'source' | 'destination';

/** A failure of one of the two clusters, saying of which. */
export function failureAt(side: Side, error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  const words = side === 'destination' ? inDestinationFlags : (text: string): string => text;
  const explanations = error.explanations.map(({ endpoint, cause, hint }) => ({
    ...(endpoint !== undefined && { endpoint }),
    cause: words(cause),
    ...(hint !== undefined && { hint: words(hint) }),
  }));
  return new ClientError(error.kind, error.message, {
    ...(error.code !== undefined && { code: error.code }),
    explanations: [{ cause: `this is about the ${side}` }, ...explanations],
    cause: error,
  });
}

/** Waits for what is asked of one of the two clusters. @throws what `failureAt` makes of its failure */
export async function at<T>(side: Side, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failureAt(side, error);
  }
}

const renamedFlags = /--(cert|key|cacert|user|password|insecure-transport)\b(?: \(ETCDCTL_[A-Z_]+\))?/g;
const endpointsFlag = /--endpoints(?: \(ETCDCTL_ENDPOINTS\))?/g;

/** What the client says of its settings, with the flags that the destination has for them. */
export const inDestinationFlags = (text: string): string =>
  text.replaceAll(renamedFlags, '--dest-$1').replaceAll(endpointsFlag, 'the destination argument');
