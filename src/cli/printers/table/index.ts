/** table/: lists as tables in box-drawing characters; on a terminal they are made to fit its width. */
import type { Printer, PrinterOptions } from '../printer.ts';
import { hashKvRows, healthRows, memberRows, offlineHashRows, type Rows, snapshotRows, statusRows } from '../rows.ts';
import { draw } from './draw.ts';

type Methods =
  | 'memberList'
  | 'endpointHealth'
  | 'endpointStatus'
  | 'endpointHashKv'
  | 'snapshotStatus'
  | 'offlineHashKv';

export function tablePrinter({ out, columns }: PrinterOptions): Pick<Printer, Methods> {
  const show = (rows: Rows): void => out.write(draw(rows, columns));
  return {
    memberList: (response) => show(memberRows(response)),
    endpointHealth: (list) => show(healthRows(list)),
    endpointStatus: (list) => show(statusRows(list)),
    endpointHashKv: (list) => show(hashKvRows(list)),
    snapshotStatus: (status) => show(snapshotRows(status)),
    offlineHashKv: (hash) => show(offlineHashRows(hash)),
  };
}
