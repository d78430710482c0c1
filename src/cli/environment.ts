import { messageOf } from '../base/index.ts';
import { type FlagSpecs, flagName } from './flags/index.ts';

/** What the environment has to say about flags. */
export interface EnvironmentReading {
  /** Values that variables give, under the flags' names; only of flags that the command line left alone. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Lines for stderr. */
  readonly warnings: readonly string[];
  /** A variable that makes going on senseless, in words. */
  readonly fatal?: string;
}

const prefix = 'ETCDCTL_';

/** `insecureSkipTlsVerify` -> `ETCDCTL_INSECURE_SKIP_TLS_VERIFY`. */
export const variableName = (flag: string): string => prefix + flagName(flag).toUpperCase().replaceAll('-', '_');

/**
 * Reads `ETCDCTL_*`. A flag on the command line wins over its variable with a
 * warning (Go's etcdctl dies there); a variable that does not parse, or that no
 * flag knows, is said and otherwise ignored.
 * @param given names of the flags on the command line
 * @param silent variables that mean something to the command itself
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  specs: FlagSpecs,
  given: ReadonlySet<string>,
  silent: readonly string[] = [],
): EnvironmentReading {
  const values = new Map<string, unknown>();
  const warnings: string[] = [];
  const known = new Map(Object.keys(specs).map((name) => [variableName(name), name]));

  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || text === undefined || silent.includes(variable)) continue;
    if (variable === 'ETCDCTL_API') {
      if (text === '2') return { values, warnings, fatal: apiTwo };
      if (text !== '3' && text !== '') warnings.push(`ETCDCTL_API=${text} is ignored: there is only the v3 API`);
      continue;
    }
    const name = known.get(variable);
    const spec = name === undefined ? undefined : specs[name];
    if (name === undefined || spec === undefined) warnings.push(`unrecognized environment variable ${variable}`);
    else if (given.has(name)) warnings.push(`${variable} is ignored: --${flagName(name)} was given`);
    else if (text !== '') {
      try {
        values.set(name, spec.parse(text));
      } catch (error) {
        warnings.push(`${variable} is ignored: ${messageOf(error)}`);
      }
    }
  }
  return { values, warnings };
}

const apiTwo = 'ETCDCTL_API=2 is not supported: etcd 3.6 removed the v2 API (unset ETCDCTL_API or set it to 3)';
