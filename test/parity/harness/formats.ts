/** Builders for the cases of the checklist's part D: a command in every output format. */
import type { Case } from './case.ts';

export const FORMATS = ['simple', 'json', 'fields', 'table', 'protobuf'] as const;
export type Format = (typeof FORMATS)[number];

type Changes = Partial<Record<Format, Partial<Omit<Case, 'line'>>>>;

/** The case in each format; it covers the five bullets of part D from `first` on. */
export function inEveryFormat(first: number, base: Omit<Case, 'covers'>, changes: Changes = {}): Case[] {
  return FORMATS.map((format, index) => {
    const change = changes[format] ?? {};
    return {
      ...base,
      ...change,
      name: `${base.name ?? base.line} -w ${format}`,
      line: withFormat(base.line, format),
      covers: [bulletD(first + index), ...(change.covers ?? [])],
    };
  });
}

function withFormat(line: string, format: Format): string {
  return line.replace('etcdctl ', `etcdctl -w ${format} `);
}

function bulletD(number: number): string {
  return `D-${String(number).padStart(3, '0')}`;
}
