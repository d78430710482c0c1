/** json/: one line of JSON per response, byte for byte as Go's encoding/json writes it. */
import type { Printer, PrinterOptions } from '../printer.ts';
import { type Shape, shapePrinter } from '../shapes/index.ts';
import { printTo } from '../sink.ts';
import { writeJson } from './encode.ts';

export function jsonPrinter(options: PrinterOptions): Printer {
  const print = printTo(options.out);
  const emit = (shape: Shape): void =>
    print((sink) => {
      writeJson(sink, shape);
      sink.text('\n');
    });
  return shapePrinter(emit, options.hex);
}
