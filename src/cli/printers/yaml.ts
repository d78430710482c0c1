/**
 * yaml: for people, and ours alone. The structure is json's; keys and values
 * are text where they are UTF-8 and !!binary where not, IDs are strings
 * (hexadecimal with `--hex`), enumerations have names, revisions are numbers.
 * Each response is a document of its own.
 */
import { DEFAULT_SCHEMA, dump, Type } from 'js-yaml';
import { utf8DecodeStrict } from '../../base/index.ts';
import type { Printer, PrinterOptions } from './printer.ts';
import { isZero, type Shape, shapePrinter, Struct } from './shapes/index.ts';
import { printTo, type Sink } from './sink.ts';
import { alarmTypeName, eventTypeName, hex, permissionTypeName } from './text.ts';

/** js-yaml knows no bigint; written without a tag it is a plain integer of any size. */
const integer = new Type('!int64', {
  kind: 'scalar',
  resolve: () => false,
  predicate: (value) => typeof value === 'bigint',
  represent: String,
});
const schema = DEFAULT_SCHEMA.extend({ implicit: [integer] });
const dumpOptions = { schema, lineWidth: -1, noRefs: true, noArrayIndent: true };

export function yamlPrinter(options: PrinterOptions): Printer {
  const print = printTo(options.out);
  let isFirst = true;
  const emit = (shape: Shape): void =>
    print((sink) => {
      if (!isFirst) sink.text('---\n');
      isFirst = false;
      writeDocument(sink, shape, options.hex);
    });
  return shapePrinter(emit, false);
}

const batchLength = 1000;

/** Field by field and long lists in batches, so that no string has to hold a million keys. */
function writeDocument(sink: Sink, shape: Shape, isHex: boolean): void {
  const fields = fieldsOf(shape);
  if (fields === undefined || fields.length === 0) {
    sink.text(dump(toPlain(shape, isHex), dumpOptions));
    return;
  }
  for (const [name, value] of fields) {
    if (!Array.isArray(value) || value.length === 0) {
      sink.text(dump({ [name]: toPlain(value, isHex, name) }, dumpOptions));
      continue;
    }
    sink.text(`${name}:\n`);
    for (let from = 0; from < value.length; from += batchLength) {
      sink.text(dump(toPlain(value.slice(from, from + batchLength), isHex, name), dumpOptions));
    }
  }
}

/** What a mapping is made of; undefined for what is no mapping. */
function fieldsOf(shape: Shape): readonly (readonly [string, Shape])[] | undefined {
  if (shape instanceof Struct) return shape.fields;
  if (typeof shape !== 'object' || shape === null || shape instanceof Uint8Array || Array.isArray(shape)) {
    return undefined;
  }
  const fields: [string, Shape | undefined][] = Object.entries(shape);
  return fields.flatMap(([name, value]) => (isZero(value) && !(name in enumNames) ? [] : [[name, value ?? null]]));
}

/** The tree as js-yaml takes it; `name` is the field that holds it. */
function toPlain(shape: Shape, isHex: boolean, name = ''): unknown {
  if (shape instanceof Uint8Array) return utf8DecodeStrict(shape) ?? shape;
  if (Array.isArray(shape)) return shape.map((item: Shape) => toPlain(item, isHex, name));
  if (typeof shape === 'bigint') return idNames.has(name) ? (isHex ? hex(shape) : String(shape)) : shape;
  if (typeof shape === 'number') return enumNames[name]?.(shape) ?? shape;
  const fields = fieldsOf(shape);
  if (fields === undefined) return shape;
  return Object.fromEntries(fields.map(([field, value]) => [field, toPlain(value, isHex, field)]));
}

const idNames: ReadonlySet<string> = new Set(['cluster_id', 'member_id', 'ID', 'id', 'lease', 'memberID', 'leader']);

const enumNames: Readonly<Record<string, (value: number) => string>> = {
  type: eventTypeName,
  permType: permissionTypeName,
  alarm: alarmTypeName,
};
