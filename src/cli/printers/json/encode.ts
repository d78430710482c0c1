import { quoteJson } from '../../../base/index.ts';
import { isZero, type Shape, Struct } from '../shapes/index.ts';
import type { Sink } from '../sink.ts';

/**
 * Writes a tree as Go's encoding/json does: compact, in field order, 64-bit
 * numbers bare, bytes as base64.
 */
export function writeJson(sink: Sink, shape: Shape | undefined): void {
  if (typeof shape === 'string') sink.text(quoteJson(shape));
  else if (typeof shape !== 'object' || shape === null) sink.text(String(shape ?? null));
  else if (shape instanceof Uint8Array) sink.text(`"${base64(shape)}"`);
  else if (Array.isArray(shape)) writeArray(sink, shape);
  else if (shape instanceof Struct) writeFields(sink, shape.fields);
  else writeMessage(sink, shape);
}

function writeArray(sink: Sink, items: readonly Shape[]): void {
  let separator = '[';
  for (const item of items) {
    sink.text(separator);
    writeJson(sink, item);
    separator = ',';
  }
  sink.text(items.length === 0 ? '[]' : ']');
}

function writeFields(sink: Sink, fields: readonly (readonly [string, Shape])[]): void {
  let separator = '{';
  for (const [name, value] of fields) {
    sink.text(`${separator}"${name}":`);
    writeJson(sink, value);
    separator = ',';
  }
  sink.text(fields.length === 0 ? '{}' : '}');
}

// Without a list of pairs per message, of which there can be millions.
function writeMessage(sink: Sink, message: object): void {
  let separator = '{';
  for (const name in message) {
    const value: Shape | undefined = Reflect.get(message, name);
    if (isZero(value)) continue;
    sink.text(`${separator}"${name}":`);
    writeJson(sink, value);
    separator = ',';
  }
  sink.text(separator === '{' ? '{}' : '}');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
