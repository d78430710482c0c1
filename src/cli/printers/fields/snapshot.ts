import type { KeyChange } from '../../../snapshot/diff-keys.ts';
import type { KeyGroup } from '../../../snapshot/key-groups.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { changeKind, readKeyValue } from '../stored.ts';
import { writeKv } from './kv.ts';
import { type Page, printPage } from './page.ts';

type Methods = `snapshot${'Status' | 'Verify' | 'Diff' | 'List' | 'Usage'}` | 'offlineHashKv';

export function snapshotPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printPage(options);
  const printGroups = (groups: readonly KeyGroup[]): void =>
    print((page) => {
      for (const group of groups) writeGroup(page, group);
    });
  return {
    snapshotStatus: ({ hash, revision, liveKeys, totalSize, version }) =>
      print((page) => {
        page.field('Hash', hash);
        page.field('Revision', revision);
        page.field('Keys', liveKeys);
        page.field('Size', totalSize);
        page.field('Version', version);
      }),
    offlineHashKv: ({ hash, hashRevision, compactRevision }) =>
      print((page) => {
        page.field('Hash', hash);
        page.field('Hash revision', hashRevision);
        page.field('Compact revision', compactRevision);
      }),
    snapshotVerify: ({ isSound, digest, pages, records, leases, problemCount, problems }) =>
      print((page) => {
        page.field('Sound', isSound);
        page.field('Digest', digest);
        page.field('Pages', pages);
        page.field('Records', records);
        page.field('Leases', leases);
        page.field('Problems', problemCount);
        for (const problem of problems) page.quoted('Problem', problem);
      }),
    snapshotDiff: (changes) =>
      print((page) => {
        for (const change of changes) writeChange(page, change);
      }),
    snapshotList: printGroups,
    snapshotUsage: printGroups,
  };
}

function writeChange(page: Page, change: KeyChange): void {
  page.field('Change', changeKind(change));
  if (change.before) writeKv(page, 'Prev', readKeyValue(change.before));
  if (change.after) writeKv(page, '', readKeyValue(change.after));
  page.end();
}

function writeGroup(page: Page, { name, isPrefix, keys, bytes, modRevision }: KeyGroup): void {
  page.quoted('Name', name);
  page.field('Prefix', isPrefix);
  page.field('Keys', keys);
  page.field('Size', bytes);
  page.field('ModRevision', modRevision);
  page.end();
}
