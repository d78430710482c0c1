/**
 * Messages as JSON, as protobuf maps them and etcd's gateway writes them: names
 * as in the .proto files, 64-bit numbers as texts, bytes in base64, enums by
 * name, what is zero left out. Reading takes the other spellings, too.
 */
import { formatJson, type JsonInput, type JsonObject, type JsonValue, TextError } from '../base/index.ts';
import { ENUMS, type FieldShape, MESSAGES } from './gen/schema.ts';

/** A message whose fields are looked at by name. */
type Fields = Readonly<Record<string, unknown>>;

/** @param type such as `etcdserverpb.RangeResponse` */
export const messageToJson = (type: string, message: object): string => formatJson(messageInput(type, message));

function messageInput(type: string, message: object): JsonInput {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- generated messages are plain objects
  const fields = message as Fields;
  const json: Record<string, JsonInput> = {};
  for (const [name, kind, label] of shapeOf(type)) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (label === 'repeated') {
      if (Array.isArray(value) && value.length > 0) json[name] = value.map((each: unknown) => valueInput(kind, each));
    } else if (label === 'optional' || !isZero(value)) {
      json[name] = valueInput(kind, value);
    }
  }
  return json;
}

function isZero(value: unknown): boolean {
  return (
    value === 0 ||
    value === 0n ||
    value === false ||
    value === '' ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

function valueInput(kind: string, value: unknown): JsonInput {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'object' && value !== null) return messageInput(kind, value);
  const names = ENUMS[kind];
  if (names === undefined || typeof value !== 'number') return typeof value === 'boolean' ? value : plainInput(value);
  return Object.keys(names).find((name) => names[name] === value) ?? value;
}

const plainInput = (value: unknown): JsonInput => (typeof value === 'number' ? value : String(value));

function shapeOf(type: string): readonly FieldShape[] {
  const shape = MESSAGES[type];
  if (shape === undefined) throw new Error(`there is no message ${type}`);
  return shape;
}

/**
 * The fields that a JSON value gives to a message; what it does not know is left out, as the gateway does.
 * @throws TextError where a value does not fit its field
 */
export function messageFromJson(type: string, value: JsonValue): Record<string, unknown> {
  if (!isObject(value)) throw new TextError(`unexpected token ${tokenOf(value)}`);
  const message: Record<string, unknown> = {};
  // Fields that may be absent are alternatives in every request.
  let alternative: string | undefined;
  for (const [name, kind, label] of shapeOf(type)) {
    const given = spelled(value, name);
    if (given === undefined || given === null) continue;
    if (label === 'optional') {
      if (alternative !== undefined) throw new TextError(`error parsing "${name}", ${alternative} is already set`);
      alternative = name;
    }
    const read = label === 'repeated' ? readList(name, kind, given) : readValue(name, kind, given);
    if (read !== UNKNOWN_NAME) message[name] = read;
  }
  return message;
}

/** The value given under either spelling of a name. */
function spelled(value: JsonObject, name: string): JsonValue | undefined {
  const camel = camelCase(name);
  if (camel !== name && value[name] !== undefined && value[camel] !== undefined) {
    throw new TextError(`duplicate field "${name}"`);
  }
  return value[name] ?? value[camel];
}

/** What an enum's value is read as whose name is not known: nothing, as with fields that are not known. */
const UNKNOWN_NAME = Symbol('unknown name');

/** Only the first character of what is more than a word. */
function tokenOf(value: JsonValue): string {
  const text = formatJson(value);
  return /^[[{]/.test(text) ? text.slice(0, 1) : text;
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function readList(name: string, kind: string, value: JsonValue): unknown[] {
  if (!Array.isArray(value)) throw new TextError(`unexpected token ${tokenOf(value)}`);
  return value.map((each) => readValue(name, kind, each)).filter((each) => each !== UNKNOWN_NAME);
}

function readValue(name: string, kind: string, value: JsonValue): unknown {
  switch (kind) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bool':
      if (typeof value === 'boolean') return value;
      break;
    case 'bytes':
      if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return fromBase64(value);
      break;
    case 'int64':
      return readInteger(name, kind, value, -(2n ** 63n), 2n ** 63n - 1n);
    case 'uint64':
      return readInteger(name, kind, value, 0n, 2n ** 64n - 1n);
    case 'int32':
      return Number(readInteger(name, kind, value, -(2n ** 31n), 2n ** 31n - 1n));
    case 'uint32':
      return Number(readInteger(name, kind, value, 0n, 2n ** 32n - 1n));
    default:
      return ENUMS[kind] === undefined ? messageFromJson(kind, value) : readEnum(name, kind, value);
  }
  throw misfit(name, kind, value);
}

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

function readInteger(name: string, kind: string, value: JsonValue, least: bigint, most: bigint): bigint {
  let integer: bigint | undefined;
  if (typeof value === 'bigint') integer = value;
  else if (typeof value === 'number' && Number.isSafeInteger(value)) integer = BigInt(value);
  else if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) integer = BigInt(value);
  if (integer === undefined || integer < least || integer > most) throw misfit(name, kind, value);
  return integer;
}

function readEnum(name: string, kind: string, value: JsonValue): number | typeof UNKNOWN_NAME {
  if (typeof value === 'bigint' && value >= -(2n ** 31n) && value < 2n ** 31n) return Number(value);
  if (typeof value === 'string') return ENUMS[kind]?.[value] ?? UNKNOWN_NAME;
  throw misfit(name, 'enum', value);
}

function misfit(name: string, kind: string, value: JsonValue): TextError {
  return new TextError(`invalid value for ${kind} field ${name}: ${tokenOf(value)}`);
}
