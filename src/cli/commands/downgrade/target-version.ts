import type { Invocation } from '../../command.ts';
import { badArgs } from '../../errors.ts';

/** The wire's numbers of DowngradeRequest.DowngradeAction. */
export const downgradeAction = { validate: 0, enable: 1, cancel: 2 } as const;

/** The version argument, e.g. `3.6`. Whether it makes sense is for the cluster to say. */
export function targetVersion({ args }: Invocation): string {
  const [version] = args;
  if (version === undefined) throw badArgs('TARGET_VERSION not provided');
  if (args.length > 1) throw badArgs('too many arguments');
  if (version === '') throw badArgs('target version not provided');
  return version;
}
