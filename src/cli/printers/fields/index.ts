/** fields/: one `"Name" : value` line per field, strings and bytes quoted as Go's %q. */
import type { Printer, PrinterOptions } from '../printer.ts';
import { authPrinter } from './auth.ts';
import { clusterPrinter } from './cluster.ts';
import { kvPrinter } from './kv.ts';
import { leasePrinter } from './lease.ts';
import { snapshotPrinter } from './snapshot.ts';

export function fieldsPrinter(options: PrinterOptions): Partial<Printer> {
  return {
    ...kvPrinter(options),
    ...leasePrinter(options),
    ...clusterPrinter(options),
    ...snapshotPrinter(options),
    ...authPrinter(options),
  };
}
