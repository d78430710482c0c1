/**
 * The transcript grammar of etcd-io/raft's tests. A file is a list of
 * directives; blank lines and `#` comments between them are free:
 *
 *     command first second name=value names=(value, value)
 *     optional input
 *     ----
 *     expected output, up to a blank line
 *
 * Output that itself has blank lines stands between two doubled separators.
 * A directive line that ends in a backslash goes on in the next line.
 */
const SEPARATOR = '----';

export interface Arg {
  readonly key: string;
  /** Empty for a bare word. */
  readonly values: readonly string[];
}

export interface Directive {
  readonly command: string;
  readonly args: readonly Arg[];
  readonly input: string;
  readonly expected: string;
  /** 1-based line of the command in the file. */
  readonly line: number;
}

export interface Block {
  /** Everything of the file up to the separator, comments and blank lines included. */
  readonly source: string;
  readonly directive: Directive;
}

export interface Transcript {
  readonly blocks: readonly Block[];
  /** Comments and blank lines after the last directive. */
  readonly rest: string;
}

export class GrammarError extends Error {
  override readonly name = 'GrammarError';
}

/** @throws {GrammarError} naming the line */
export function parseTranscript(text: string): Transcript {
  const reader = new LineReader(text);
  const blocks: Block[] = [];
  for (;;) {
    reader.startBlock();
    const block = nextBlock(reader);
    if (block === undefined) {
      return { blocks, rest: reader.blockSource() };
    }
    blocks.push(block);
  }
}

/** The file again, with the outputs given in place of those that it has. */
export function renderTranscript({ blocks, rest }: Transcript, outputs: readonly string[]): string {
  const parts = blocks.map(({ source }, i) => {
    const output = outputs[i] ?? '';
    const isLast = i === blocks.length - 1 && rest === '';
    if (hasBlankLine(output)) {
      return `${source}${SEPARATOR}\n${SEPARATOR}\n${output}${SEPARATOR}\n${SEPARATOR}\n${isLast ? '' : '\n'}`;
    }
    return `${source}${SEPARATOR}\n${output}${isLast ? '' : '\n'}`;
  });
  return parts.join('') + rest;
}

function hasBlankLine(output: string): boolean {
  return output
    .split('\n')
    .slice(0, -1)
    .some((line) => line.trim() === '');
}

class LineReader {
  readonly #lines: readonly string[];
  #at = 0;
  #blockStart = 0;

  constructor(text: string) {
    this.#lines = text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  }

  get lineNumber(): number {
    return this.#at;
  }

  next(): string | undefined {
    const line = this.#lines[this.#at];
    if (line !== undefined) {
      this.#at++;
    }
    return line;
  }

  startBlock(): void {
    this.#blockStart = this.#at;
  }

  /** The lines since the block began, without the last `dropped` of them. */
  blockSource(dropped = 0): string {
    return this.#lines
      .slice(this.#blockStart, this.#at - dropped)
      .map((line) => `${line}\n`)
      .join('');
  }
}

function nextBlock(reader: LineReader): Block | undefined {
  for (let raw = reader.next(); raw !== undefined; raw = reader.next()) {
    let line = raw.trim();
    if (line === '' || line.startsWith('#')) {
      continue;
    }
    const at = reader.lineNumber;
    while (line.endsWith('\\')) {
      line = `${line.slice(0, -1)} ${(reader.next() ?? '').trim()}`;
    }
    const { command, args } = parseDirectiveLine(line, at);
    const input: string[] = [];
    let next = reader.next();
    while (next !== undefined && next !== SEPARATOR) {
      input.push(next);
      next = reader.next();
    }
    const source = reader.blockSource(next === undefined ? 0 : 1);
    const expected = next === undefined ? '' : readExpected(reader);
    return { source, directive: { command, args, input: input.join('\n').trim(), expected, line: at } };
  }
  return undefined;
}

function readExpected(reader: LineReader): string {
  const lines: string[] = [];
  let line = reader.next();
  if (line !== SEPARATOR) {
    for (; line !== undefined && line.trim() !== ''; line = reader.next()) {
      lines.push(line);
    }
    return joinLines(lines);
  }
  for (line = reader.next(); line !== undefined; line = reader.next()) {
    if (line === SEPARATOR) {
      const second = reader.next();
      if (second === SEPARATOR) {
        const after = reader.next();
        if (after !== undefined && after.trim() !== '') {
          throw new GrammarError(`line ${reader.lineNumber}: a blank line must follow a doubled separator`);
        }
        return joinLines(lines);
      }
      lines.push(line, ...(second === undefined ? [] : [second]));
    } else {
      lines.push(line);
    }
  }
  return joinLines(lines);
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** @throws {GrammarError} naming the line */
function parseDirectiveLine(line: string, at: number): { command: string; args: readonly Arg[] } {
  const command = /^[^ ]+/.exec(line)?.[0] ?? '';
  const args: Arg[] = [];
  let rest = line.slice(command.length).trim();
  while (rest !== '') {
    const key = /^[^ =]+/.exec(rest)?.[0];
    if (key === undefined) {
      throw new GrammarError(`line ${at}: an argument has no name: ${line}`);
    }
    rest = rest.slice(key.length);
    if (!rest.startsWith('=')) {
      args.push({ key, values: [] });
    } else if (rest.startsWith('=(')) {
      const end = rest.indexOf(')');
      if (end < 0) {
        throw new GrammarError(`line ${at}: a parenthesis is not closed: ${line}`);
      }
      args.push({ key, values: rest.slice(2, end).split(/, */) });
      rest = rest.slice(end + 1);
    } else {
      const value = /^=([^ ]*)/.exec(rest)?.[1] ?? '';
      args.push({ key, values: [value] });
      rest = rest.slice(1 + value.length);
    }
    rest = rest.trim();
  }
  return { command, args };
}
