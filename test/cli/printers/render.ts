/** Prints one response in one format and gives what came out; used by the tests of printers. */
import { describe, expect, it } from 'vitest';
import { CliError } from '../../../src/cli/errors.ts';
import {
  type Format,
  formats,
  openFormat,
  type Printer,
  type PrinterMethod,
  type PrinterOptions,
  type Writer,
} from '../../../src/cli/printers/index.ts';

export interface Rendered {
  readonly out: Buffer;
  readonly err: Buffer;
  /** How often something was written to stdout. */
  readonly writes: number;
}

export type RenderOptions = Partial<Pick<PrinterOptions, 'hex' | 'columns' | 'paint'>>;

export async function render(
  format: Format,
  print: (printer: Printer) => void,
  options: RenderOptions = {},
): Promise<Rendered> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const { printer } = await openFormat(format, {
    out: collector(out),
    err: collector(err),
    hex: false,
    columns: undefined,
    ...options,
  });
  print(printer);
  return { out: Buffer.concat(out), err: Buffer.concat(err), writes: out.length };
}

const collector = (chunks: Buffer[]): Writer => ({
  write: (chunk) => void chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk)),
});

export const renderText = async (
  format: Format,
  print: (printer: Printer) => void,
  options?: RenderOptions,
): Promise<string> => (await render(format, print, options)).out.toString();

/** `refused`: the format cannot print it and says so. Protobuf output stands in hexadecimal. */
export const refused = Symbol('refused');

type Expected = string | typeof refused;

export interface PrinterCase<Method extends PrinterMethod = PrinterMethod> {
  readonly name?: string;
  readonly args: Parameters<Printer[Method]>;
  readonly hex?: boolean;
  readonly simple?: Expected;
  readonly json?: Expected;
  readonly fields?: Expected;
  readonly table?: Expected;
  readonly protobuf?: Expected;
  readonly yaml?: Expected;
}

/** One test for each format for which a case of the method says what is expected. */
export function describePrinting<Method extends PrinterMethod>(
  method: Method,
  cases: readonly PrinterCase<Method>[],
): void {
  describe(method, () => {
    for (const { name, args, hex = false, ...expected } of cases) {
      const print = (printer: Printer): void => Reflect.apply(printer[method], undefined, args);
      for (const format of formats) {
        const wanted = expected[format];
        if (wanted === undefined) continue;
        it([name, hex ? '--hex' : undefined, `-w ${format}`].filter(Boolean).join(' '), async () => {
          if (wanted === refused) {
            const failure = await render(format, print, { hex }).catch((error: unknown) => error);
            expect(failure).toBeInstanceOf(CliError);
            expect(failure).toMatchObject({ message: `${format} not supported as output format`, exitCode: 4 });
            return;
          }
          const { out } = await render(format, print, { hex });
          expect(out.toString(format === 'protobuf' ? 'hex' : 'utf8')).toBe(wanted);
        });
      }
    }
  });
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
