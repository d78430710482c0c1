/** table/: lists as tables in box-drawing characters; on a terminal they are made to fit its width. */
import type { Printer, PrinterOptions } from '../printer.ts';
import { hashKvRows, healthRows, memberRows, type Rows, statusRows } from '../rows.ts';
import {
  changeRows,
  groupRows,
  offlineHashRows,
  problemRows,
  snapshotRows,
  verificationRows,
} from '../snapshot-rows.ts';
import { draw } from './draw.ts';

type Methods =
  | 'memberList'
  | 'endpointHealth'
  | 'endpointStatus'
  | 'endpointHashKv'
  | `snapshot${'Status' | 'Verify' | 'Diff' | 'List' | 'Usage'}`
  | 'offlineHashKv';

export function tablePrinter({ out, columns, hex }: PrinterOptions): Pick<Printer, Methods> {
  const show = (rows: Rows): void => out.write(draw(rows, columns));
  return {
    memberList: (response) => show(memberRows(response)),
    endpointHealth: (list) => show(healthRows(list)),
    endpointStatus: (list) => show(statusRows(list)),
    endpointHashKv: (list) => show(hashKvRows(list)),
    snapshotStatus: (status) => show(snapshotRows(status)),
    snapshotVerify: (verification) => {
      show(verificationRows(verification));
      if (verification.problems.length > 0) show(problemRows(verification));
    },
    snapshotDiff: (changes) => show(changeRows(changes, hex)),
    snapshotList: (groups) => show(groupRows(groups, hex)),
    snapshotUsage: (groups) => show(groupRows(groups, hex)),
    offlineHashKv: (hash) => show(offlineHashRows(hash)),
  };
}
