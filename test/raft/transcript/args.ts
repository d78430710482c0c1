import type { Arg, Directive } from './grammar.ts';

/** The bare words of a directive, in order. */
export function words({ args }: Directive): readonly string[] {
  return args.filter(({ values }) => values.length === 0).map(({ key }) => key);
}

/** The n-th bare word. @throws when it is missing */
export function word(directive: Directive, n: number): string {
  const found = words(directive)[n];
  if (found === undefined) {
    throw new Error(`line ${directive.line}: ${directive.command} needs at least ${n + 1} plain arguments`);
  }
  return found;
}

export function option({ args }: Directive, key: string): Arg | undefined {
  return args.find((arg) => arg.key === key && arg.values.length > 0);
}

export function integer(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new Error(`not a number: ${text}`);
  }
  return Number(text);
}

export function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') {
    throw new Error(`neither true nor false: ${text}`);
  }
  return text === 'true';
}
