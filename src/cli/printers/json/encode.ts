import { quoteJson } from '../../../base/index.ts';
import { isZero, type Shape, Struct } from '../shapes/index.ts';
import type { Sink } from '../sink.ts';

/**
 * Writes a tree as Go's encoding/json does: compact, in field order, 64-bit
 * numbers bare, bytes as base64.
 */
export function writeJson(sink: Sink, shape: Shape | undefined): void {
  writeWith(sink, '', shape);
}

/** What stands before a value goes out with it: pieces of text are what a long list costs most. */
function writeWith(sink: Sink, before: string, shape: Shape | undefined): void {
  if (typeof shape === 'bigint') sink.text(`${before}${shape}`);
  else if (typeof shape === 'string') sink.text(before + quoteJson(shape));
  else if (typeof shape !== 'object' || shape === null) sink.text(before + String(shape ?? null));
  else if (shape instanceof Uint8Array) sink.text(`${before}"${base64(shape)}"`);
  else writeInner(sink, before, shape);
}

function writeInner(sink: Sink, before: string, shape: object): void {
  sink.text(before);
  if (Array.isArray(shape)) writeArray(sink, shape);
  else if (shape instanceof Struct) writeFields(sink, shape.fields);
  else writeMessage(sink, shape);
}

function writeArray(sink: Sink, items: readonly Shape[]): void {
  let separator = '[';
  for (const item of items) {
    writeWith(sink, separator, item);
    separator = ',';
  }
  sink.text(items.length === 0 ? '[]' : ']');
}

function writeFields(sink: Sink, fields: readonly (readonly [string, Shape])[]): void {
  let separator = '{';
  for (const [name, value] of fields) {
    writeWith(sink, `${separator}"${name}":`, value);
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
    writeWith(sink, `${separator}"${name}":`, value);
    separator = ',';
  }
  sink.text(separator === '{' ? '{}' : '}');
}

function base64(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('base64');
}
