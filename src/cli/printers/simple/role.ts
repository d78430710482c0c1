import { equalBytes, prefixEnd, rawTextBytes } from '../../../base/index.ts';
import type { Permission } from '../../../wire/index.ts';
import type { Sink } from '../sink.ts';
import { permissionTypeName } from '../text.ts';

/** A role with what it may read and what it may write; root may do anything although nothing is granted to it. */
export function writeRole(sink: Sink, role: string, permissions: readonly Permission[]): void {
  sink.text(`Role ${role}\n`);
  const isAlmighty = role === 'root' && permissions.length === 0;
  for (const access of ['Read', 'Write'] as const) {
    sink.text(`KV ${access}:\n`);
    if (isAlmighty) sink.text('\t[, <open ended>\n');
    const granting = [access.toUpperCase(), 'READWRITE'];
    for (const permission of permissions) {
      if (granting.includes(permissionTypeName(permission.permType))) writePermission(sink, permission);
    }
  }
}

function writePermission(sink: Sink, { key, range_end: end }: Permission): void {
  sink.text('\t');
  if (end.length === 0) {
    sink.line(key);
    return;
  }
  writeRange(sink, key, end);
  if (key.length > 0 && equalBytes(prefixEnd(key), end)) {
    sink.text(' (prefix ');
    sink.bytes(key);
    sink.text(')');
  }
  sink.text('\n');
}

export function writeRevokedPermission(sink: Sink, role: string, key: string, rangeEnd: string): void {
  const [start, end] = [rawTextBytes(key), rawTextBytes(rangeEnd)];
  if (end.length === 0) {
    sink.text('Permission of key ');
    sink.bytes(start);
  } else {
    sink.text('Permission of range ');
    writeRange(sink, start, end);
  }
  sink.text(` is revoked from role ${role}\n`);
}

/** A single zero byte as the end stands for "to the last key". */
const openEnd = Uint8Array.of(0);

function writeRange(sink: Sink, start: Uint8Array, end: Uint8Array): void {
  sink.text('[');
  sink.bytes(start);
  sink.text(', ');
  if (equalBytes(end, openEnd)) {
    sink.text('<open ended>');
    return;
  }
  sink.bytes(end);
  sink.text(')');
}
