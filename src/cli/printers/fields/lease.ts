import type { Printer, PrinterOptions } from '../printer.ts';
import { printPage } from './page.ts';

type Methods = 'leaseGrant' | 'leaseRevoke' | 'leaseTimeToLive' | 'leaseList' | 'leaseKeepAlive';

export function leasePrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printPage(options);
  const printRenewal: Printer['leaseKeepAlive'] = ({ header, ID, TTL }) =>
    print((page) => {
      page.header(header);
      page.leaseId('ID', ID);
      page.field('TTL', TTL);
    });
  return {
    leaseGrant: printRenewal,
    leaseKeepAlive: printRenewal,
    leaseRevoke: (_id, { header }) => print((page) => page.header(header)),
    leaseTimeToLive: ({ header, ID, TTL, grantedTTL, keys }) =>
      print((page) => {
        page.header(header);
        page.leaseId('ID', ID);
        page.field('TTL', TTL);
        page.field('GrantedTTL', grantedTTL);
        for (const key of keys) page.quoted('Key', key);
      }),
    leaseList: ({ header, leases }) =>
      print((page) => {
        page.header(header);
        for (const { ID } of leases) page.leaseId('ID', ID);
      }),
  };
}
