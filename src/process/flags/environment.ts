import { type LogEvent, quote, TextError } from '../../base/index.ts';
import { checkValue } from './check-value.ts';
import { environmentName, everyFlag } from './table.ts';

/** The environment cannot be used: its message, exit code 1. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly fields: LogEvent['fields'];

  constructor(message: string, fields: LogEvent['fields'] = {}) {
    super(message);
    this.fields = fields;
  }
}

export interface EnvironmentValues {
  readonly values: ReadonlyMap<string, string>;
  /** What etcd tells of each variable. */
  readonly notes: readonly LogEvent[];
}

/** Values that would show a password are not repeated in the log. */
const SECRET = new Set(['ETCD_DISCOVERY_PASSWORD', 'ETCD_DISCOVERY_USER']);
const shown = (name: string, value: string): string => (SECRET.has(name) ? '******' : value);

/**
 * Takes `ETCD_*` for flags that the command line does not give. A variable for one that it does give is refused, as
 * etcd refuses it; an unknown one is told of.
 * @throws EnvironmentError
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  given: ReadonlyMap<string, string>,
): EnvironmentValues {
  const values = new Map<string, string>();
  const notes: LogEvent[] = [];
  const used = new Set<string>();
  for (const flag of everyFlag()) {
    const name = environmentName(flag.name);
    const value = env[name];
    if (value === undefined || value === '' || given.has(flag.name)) continue;
    try {
      checkValue(flag, value);
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      throw new EnvironmentError(`invalid value ${quote(value)} for ${name}: ${error.message}`);
    }
    values.set(flag.name, value);
    used.add(name);
    const fields = { 'variable-name': name, 'variable-value': shown(name, value) };
    notes.push({ level: 'info', message: 'recognized and used environment variable', fields });
  }
  const shadowed = new Set([...given.keys()].map(environmentName));
  for (const [name, value] of Object.entries(env)) {
    if (used.has(name) || !name.startsWith('ETCD_') || name === 'ETCD_CONFIG_FILE') continue;
    if (shadowed.has(name)) {
      const message =
        'conflicting environment variable is shadowed by corresponding command-line flag (either unset environment variable or disable flag))';
      throw new EnvironmentError(message, { 'environment-variable': name });
    }
    const fields = { 'environment-variable': `${name}=${shown(name, value ?? '')}` };
    notes.push({ level: 'warn', message: 'unrecognized environment variable', fields });
  }
  return { values, notes };
}
