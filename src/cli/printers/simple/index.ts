/** simple/: what people and scripts read by default: keys and values raw, the rest in one sentence per response. */
import type { Printer, PrinterOptions } from '../printer.ts';
import { authPrinter } from './auth.ts';
import { clusterPrinter } from './cluster.ts';
import { kvPrinter } from './kv.ts';
import { leasePrinter } from './lease.ts';
import { memberPrinter } from './member.ts';
import { snapshotPrinter } from './snapshot.ts';

export function simplePrinter(options: PrinterOptions): Printer {
  return {
    ...kvPrinter(options),
    ...leasePrinter(options),
    ...memberPrinter(options),
    ...clusterPrinter(options),
    ...snapshotPrinter(options),
    ...authPrinter(options),
  };
}
