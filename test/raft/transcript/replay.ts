import { type Directive, parseTranscript, renderTranscript } from './grammar.ts';

/** Carries one directive out and returns what it prints. Made anew for every transcript. */
export type Handler = (directive: Directive) => string;

export interface Mismatch {
  readonly line: number;
  readonly command: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Replay {
  readonly directives: number;
  readonly mismatches: readonly Mismatch[];
  /** The transcript with what was printed in place of what was expected. */
  readonly rewritten: string;
}

/** Runs every directive of a transcript, in order, and compares each output byte for byte. */
export function replay(text: string, handler: Handler): Replay {
  const transcript = parseTranscript(text);
  const mismatches: Mismatch[] = [];
  const outputs: string[] = [];
  for (const { directive } of transcript.blocks) {
    const { line, command, expected } = directive;
    const actual = withNewline(handler(directive));
    outputs.push(actual);
    if (actual !== expected) {
      mismatches.push({ line, command, expected, actual });
    }
  }
  return { directives: transcript.blocks.length, mismatches, rewritten: renderTranscript(transcript, outputs) };
}

function withNewline(output: string): string {
  return output === '' || output.endsWith('\n') ? output : `${output}\n`;
}
