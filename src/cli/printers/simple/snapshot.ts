import { formatSize, hexEscape } from '../../../base/index.ts';
import type { Verification } from '../../../snapshot/verify.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import type { Rows } from '../rows.ts';
import { printTo, type Sink } from '../sink.ts';
import { offlineHashRows, snapshotRows } from '../snapshot-rows.ts';
import { changedKey, changeKind } from '../stored.ts';

type Methods = `snapshot${'Status' | 'Verify' | 'Diff' | 'List' | 'Usage'}` | 'offlineHashKv';

const marks = { added: '+', removed: '-', changed: '~' } as const;

export function snapshotPrinter({ out, hex }: PrinterOptions): Pick<Printer, Methods> {
  const print = printTo(out);
  const sayRows = ({ rows }: Rows): void => rows.forEach((row) => out.write(`${row.join(', ')}\n`));
  /** A name at the end of a line: its bytes as they are. */
  const name = (sink: Sink, bytes: Uint8Array): void => (hex ? sink.text(`${hexEscape(bytes)}\n`) : sink.line(bytes));
  return {
    snapshotStatus: (status) => sayRows(snapshotRows(status)),
    offlineHashKv: (hash) => sayRows(offlineHashRows(hash)),
    snapshotVerify: (verification) => print((sink) => sink.text(verificationText(verification))),
    snapshotDiff: (changes) =>
      print((sink) => {
        for (const change of changes) {
          sink.text(`${marks[changeKind(change)]} `);
          name(sink, changedKey(change));
        }
      }),
    snapshotList: (groups) =>
      print((sink) => {
        for (const group of groups) name(sink, group.name);
      }),
    snapshotUsage: (groups) =>
      print((sink) => {
        for (const { name: bytes, keys, bytes: size } of groups) {
          sink.text(`${formatSize(size)}, ${keys}, `);
          if (bytes.length === 0) sink.text('total\n');
          else name(sink, bytes);
        }
      }),
  };
}

const digestTexts = { matches: 'digest matches', differs: 'digest differs', absent: 'no digest' } as const;

function verificationText({ isSound, digest, pages, records, leases, problemCount, problems }: Verification): string {
  const facts = [digestTexts[digest], some(pages, 'page'), some(records, 'record'), some(leases, 'lease')];
  const left = problemCount - problems.length;
  const lines = [
    `${isSound ? 'sound' : 'damaged'}: ${[...facts, some(problemCount, 'problem')].join(', ')}`,
    ...problems,
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const some = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
