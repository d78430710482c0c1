/**
 * printers/: every response in every output format. `createPrinter` gives the
 * printer for a command's settings and refuses, before anything is sent, a
 * format that cannot print what the command will. A format's code is loaded
 * when it is asked for.
 *
 * Keys and values are bytes and pass as they are. Output is gathered, so that
 * one response costs few writes whatever its size.
 */
export { createPrinter, openFormat } from './create.ts';
export type { EndpointHealth, Format, Printer, PrinterMethod, PrinterOptions, Writer } from './printer.ts';
export { formats } from './printer.ts';
