import { utf8Encode } from '../../base/index.ts';
import { flagName } from './names.ts';
import type { FlagSpec, FlagSpecs } from './spec.ts';

/**
 * pflag's block of help: one flag a line, sorted by name, descriptions aligned, hidden flags left out. It is empty or
 * ends with a line feed.
 */
export function flagUsages(specs: FlagSpecs): string {
  const lines = Object.entries(specs)
    .filter(([, spec]) => spec.hidden !== true)
    .map(([key, spec]) => flagLine(flagName(key), spec))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = Math.max(0, ...lines.map((line) => byteLength(line.head)));
  return lines
    .map(({ head, text }) => {
      const gap = ' '.repeat(width - byteLength(head) + 3);
      return `${head}${gap}${text.replaceAll('\n', `\n${' '.repeat(width + 3)}`)}\n`;
    })
    .join('');
}

interface FlagLine {
  readonly name: string;
  readonly head: string;
  readonly text: string;
}

function flagLine(name: string, spec: FlagSpec<unknown>): FlagLine {
  const { placeholder, usage } = takePlaceholder(spec);
  const label = spec.short === undefined ? `      --${name}` : `  -${spec.short}, --${name}`;
  return {
    name,
    head: placeholder === '' ? label : `${label} ${placeholder}`,
    text: spec.defaultText === '' ? usage : `${usage} (default ${spec.defaultText})`,
  };
}

/** What stands for the value: a word that the usage puts in back quotes, or else the type's name. */
function takePlaceholder(spec: FlagSpec<unknown>): { placeholder: string; usage: string } {
  const word = /`([^`]*)`/.exec(spec.usage)?.[1];
  if (word !== undefined) return { placeholder: word, usage: spec.usage.replace(`\`${word}\``, () => word) };
  return { placeholder: spec.typeName === 'bool' ? '' : spec.typeName, usage: spec.usage };
}

function byteLength(text: string): number {
  return utf8Encode(text).length;
}
