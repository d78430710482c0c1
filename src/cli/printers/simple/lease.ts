import type { LeaseTimeToLiveResponse } from '../../../wire/index.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { printTo, type Sink } from '../sink.ts';
import { hex16 } from '../text.ts';

type Methods = 'leaseGrant' | 'leaseRevoke' | 'leaseTimeToLive' | 'leaseList' | 'leaseKeepAlive';

export function leasePrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printTo(options.out);
  const say = (text: string): void => options.out.write(`${text}\n`);
  return {
    leaseGrant: ({ ID, TTL }) => say(`lease ${hex16(ID)} granted with TTL(${TTL}s)`),
    leaseRevoke: (id) => say(`lease ${hex16(id)} revoked`),
    leaseTimeToLive: (response, withKeys) => print((sink) => writeTimeToLive(sink, response, withKeys)),
    leaseList: ({ leases }) =>
      print((sink) => {
        sink.text(`found ${leases.length} leases\n`);
        for (const { ID } of leases) sink.text(`${hex16(ID)}\n`);
      }),
    leaseKeepAlive: ({ ID, TTL }) => say(`lease ${hex16(ID)} keepalived with TTL(${TTL})`),
  };
}

function writeTimeToLive(sink: Sink, response: LeaseTimeToLiveResponse, withKeys: boolean): void {
  const { ID, TTL, grantedTTL, keys } = response;
  if (grantedTTL === 0n && TTL === -1n) {
    sink.text(`lease ${hex16(ID)} already expired\n`);
    return;
  }
  sink.text(`lease ${hex16(ID)} granted with TTL(${grantedTTL}s), remaining(${TTL}s)`);
  if (withKeys) {
    sink.text(', attached keys([');
    keys.forEach((key, index) => {
      if (index > 0) sink.text(' ');
      sink.bytes(key);
    });
    sink.text('])');
  }
  sink.text('\n');
}
