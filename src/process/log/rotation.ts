import { parseJson, TextError, type JsonValue } from '../../base/index.ts';

/** How a log file is rotated: the fields of --log-rotation-config-json. */
export interface Rotation {
  /** A file that would grow beyond this is put aside. */
  readonly maxBytes: number;
  /** Files put aside so long ago are removed; 0: never. */
  readonly maxAgeMs: number;
  /** So many files put aside are kept; 0: all. */
  readonly maxBackups: number;
  /** The name of a file put aside tells local time instead of UTC. */
  readonly isLocalTime: boolean;
  readonly isCompressed: boolean;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;
const DEFAULT_MEGABYTES = 100;

/**
 * Reads `{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}`, sizes in megabytes
 * and ages in days.
 * @throws TextError in etcd's words
 */
export function parseRotation(text: string): Rotation {
  const fields = readObject(text);
  return {
    maxBytes: (count(fields, 'maxsize') || DEFAULT_MEGABYTES) * MEGABYTE,
    maxAgeMs: count(fields, 'maxage') * DAY_MS,
    maxBackups: count(fields, 'maxbackups'),
    isLocalTime: truth(fields, 'localtime'),
    isCompressed: truth(fields, 'compress'),
  };
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function readObject(text: string): Fields {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`improperly formatted log rotation config: ${error.message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TextError('invalid log rotation config: it is not an object');
  }
  return value;
}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0n;
  if (typeof value === 'bigint' && value >= 0n && value <= 1_000_000_000n) return Number(value);
  throw new TextError(`invalid log rotation config: "${name}" has to be a whole number`);
}

function truth(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new TextError(`invalid log rotation config: "${name}" has to be true or false`);
}
