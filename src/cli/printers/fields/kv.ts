import type { DeleteRangeResponse, KeyValue, PutResponse, RangeResponse, TxnResponse } from '../../../wire/index.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { eventTypeName } from '../text.ts';
import { watchHeader } from '../watch-header.ts';
import { type Page, printPage } from './page.ts';

type Methods = 'get' | 'put' | 'del' | 'txn' | 'watch';

export function kvPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printPage(options);
  return {
    get: (response) => print((page) => writeRange(page, response)),
    put: (response) => print((page) => writePut(page, response)),
    del: (response) => print((page) => writeDelete(page, response)),
    txn: (response) => print((page) => writeTxn(page, response)),
    watch: (update) =>
      print((page) => {
        page.header(watchHeader(update));
        for (const event of update.events) {
          page.field('Type', eventTypeName(event.type));
          if (event.prev_kv !== undefined) writeKv(page, 'Prev', event.prev_kv);
          writeKv(page, '', event.kv ?? noKv);
        }
      }),
  };
}

const empty = new Uint8Array(0);
const noKv: KeyValue = { key: empty, create_revision: 0n, mod_revision: 0n, version: 0n, value: empty, lease: 0n };

export function writeKv(page: Page, prefix: '' | 'Prev', kv: KeyValue): void {
  page.quoted(`${prefix}Key`, kv.key);
  page.field(`${prefix}CreateRevision`, kv.create_revision);
  page.field(`${prefix}ModRevision`, kv.mod_revision);
  page.field(`${prefix}Version`, kv.version);
  page.quoted(`${prefix}Value`, kv.value);
  page.leaseId(`${prefix}Lease`, kv.lease);
}

function writeRange(page: Page, response: RangeResponse): void {
  page.header(response.header);
  for (const kv of response.kvs) writeKv(page, '', kv);
  page.field('More', response.more);
  page.field('Count', response.count);
}

function writePut(page: Page, response: PutResponse): void {
  page.header(response.header);
  if (response.prev_kv !== undefined) writeKv(page, 'Prev', response.prev_kv);
}

function writeDelete(page: Page, response: DeleteRangeResponse): void {
  page.header(response.header);
  page.field('Deleted', response.deleted);
  for (const kv of response.prev_kvs) writeKv(page, 'Prev', kv);
}

function writeTxn(page: Page, response: TxnResponse): void {
  page.header(response.header);
  page.field('Succeeded', response.succeeded);
  for (const op of response.responses) {
    if (op.response_range !== undefined) writeRange(page, op.response_range);
    else if (op.response_put !== undefined) writePut(page, op.response_put);
    else if (op.response_delete_range !== undefined) writeDelete(page, op.response_delete_range);
    else if (op.response_txn !== undefined) writeTxn(page, op.response_txn);
  }
}
