import { load } from 'js-yaml';
import { type LogEvent, messageOf, quote, TextError } from '../../base/index.ts';
import { checkValue } from './check-value.ts';
import type { Flag } from './flag.ts';
import { findFlag } from './table.ts';

/** The configuration file cannot be used: exit code 1. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

export interface FileValues {
  readonly values: ReadonlyMap<string, string>;
  readonly notes: readonly LogEvent[];
}

/** Fields that lie in a mapping of their own, with the flags that mean the same. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client-transport-security': {
    'cert-file': 'cert-file',
    'key-file': 'key-file',
    'client-cert-file': 'client-cert-file',
    'client-key-file': 'client-key-file',
    'client-cert-auth': 'client-cert-auth',
    'trusted-ca-file': 'trusted-ca-file',
    'auto-tls': 'auto-tls',
    'allowed-hostname': 'client-cert-allowed-hostname',
  },
  'peer-transport-security': {
    'cert-file': 'peer-cert-file',
    'key-file': 'peer-key-file',
    'client-cert-file': 'peer-client-cert-file',
    'client-key-file': 'peer-client-key-file',
    'client-cert-auth': 'peer-client-cert-auth',
    'trusted-ca-file': 'peer-trusted-ca-file',
    'auto-tls': 'peer-auto-tls',
    'allowed-cn': 'peer-cert-allowed-cn',
    'allowed-hostname': 'peer-cert-allowed-hostname',
    'skip-client-san-verification': 'peer-skip-client-san-verification',
  },
  'socket-options': { 'reuse-port': 'socket-reuse-port', 'reuse-address': 'socket-reuse-address' },
};

/**
 * Reads etcd's configuration file. Its fields are those of the flags, durations being whole nanoseconds.
 * @throws ConfigFileError
 */
export function readConfigFile(text: string): FileValues {
  const root = parseYaml(text);
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (const [field, value] of Object.entries(root)) {
    const section = SECTIONS[field];
    if (section !== undefined) readSection(field, section, value, values, unknown);
    else readField(field, field, value, values, unknown);
  }
  const message = 'the configuration file has a field that etcd does not know; it has no effect';
  return { values, notes: unknown.map((field) => ({ level: 'warn', message, fields: { field } })) };
}

function parseYaml(text: string): object {
  let root: unknown;
  try {
    root = load(text);
  } catch (error) {
    throw new ConfigFileError(`error converting YAML to JSON: ${messageOf(error)}`);
  }
  if (root === undefined || root === null) return {};
  if (typeof root !== 'object' || Array.isArray(root)) {
    throw new ConfigFileError('error unmarshaling JSON: the configuration file is not a mapping of fields to values');
  }
  return root;
}

function readSection(
  name: string,
  fields: Readonly<Record<string, string>>,
  section: unknown,
  values: Map<string, string>,
  unknown: string[],
): void {
  if (section === null) return;
  if (typeof section !== 'object' || Array.isArray(section)) throw new ConfigFileError(`invalid ${name}`);
  for (const [field, value] of Object.entries(section)) {
    const flag = fields[field];
    if (flag === undefined) unknown.push(`${name}.${field}`);
    else readField(`${name}.${field}`, flag, value, values, unknown);
  }
}

function readField(field: string, name: string, value: unknown, values: Map<string, string>, unknown: string[]): void {
  const flag = findFlag(name);
  if (flag === undefined) return void unknown.push(field);
  if (value === null) return;
  const text = asTyped(flag, field, value);
  // An empty text stands for a field that was not given, as it does in etcd.
  if (text === '' && (flag.kind === 'urls' || flag.kind === 'list')) return;
  try {
    checkValue(flag, text);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new ConfigFileError(`unexpected error setting up ${field}: ${error.message}`);
  }
  values.set(name, text);
}

/** The value in the form in which the flag would be typed. @throws ConfigFileError if it is of another type */
function asTyped(flag: Flag, field: string, value: unknown): string {
  switch (flag.kind) {
    case 'switch':
      if (typeof value === 'boolean') return String(value);
      break;
    case 'count':
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
      break;
    case 'duration':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return `${value}ns`;
      throw mismatch(field, value, 'whole nanoseconds, such as 600000000000 for 10m');
    case 'list':
      if (Array.isArray(value)) return value.map(String).join(',');
      if (typeof value === 'string') return value;
      break;
    case 'text':
    case 'urls':
    case 'gates':
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  throw mismatch(field, value, kindInWords[flag.kind]);
}

const kindInWords = {
  switch: 'true or false',
  count: 'a whole number',
  integer: 'a whole number',
  list: 'a list of texts',
  text: 'a text',
  urls: 'a text with URLs parted by commas',
  gates: 'a text such as InitialCorruptCheck=true',
} as const;

function mismatch(field: string, value: unknown, wanted: string): ConfigFileError {
  const given = typeof value === 'string' ? quote(value) : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new ConfigFileError(`error unmarshaling JSON: field ${quote(field)} is ${given}, but has to be ${wanted}`);
}
