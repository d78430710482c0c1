import { hexEscape } from '../../../base/index.ts';
import type { DeleteRangeResponse, KeyValue, PutResponse, RangeResponse, TxnResponse } from '../../../wire/index.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { printTo, type Sink } from '../sink.ts';
import { eventTypeName } from '../text.ts';

type Methods = 'get' | 'put' | 'del' | 'txn' | 'watch';

export function kvPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printTo(options.out);
  const { hex } = options;
  return {
    get: (response, how) => print((sink) => writeRange(sink, response, hex, how?.valueOnly)),
    put: (response) => print((sink) => writePut(sink, response, hex)),
    del: (response) => print((sink) => writeDelete(sink, response, hex)),
    txn: (response) => print((sink) => writeTxn(sink, response, hex)),
    watch: (update) =>
      print((sink) => {
        for (const event of update.events) {
          sink.text(`${eventTypeName(event.type)}\n`);
          if (event.prev_kv !== undefined) writeKv(sink, event.prev_kv, hex);
          writeKv(sink, event.kv, hex);
        }
      }),
  };
}

const empty = new Uint8Array(0);

function writeKv(sink: Sink, kv: KeyValue | undefined, hex: boolean, valueOnly = false): void {
  const { key, value } = kv ?? { key: empty, value: empty };
  if (hex) {
    sink.text(valueOnly ? `${hexEscape(value)}\n` : `${hexEscape(key)}\n${hexEscape(value)}\n`);
    return;
  }
  if (!valueOnly) sink.line(key);
  sink.line(value);
}

function writeRange(sink: Sink, response: RangeResponse, hex: boolean, valueOnly = false): void {
  for (const kv of response.kvs) writeKv(sink, kv, hex, valueOnly);
}

function writePut(sink: Sink, response: PutResponse, hex: boolean): void {
  sink.text('OK\n');
  if (response.prev_kv !== undefined) writeKv(sink, response.prev_kv, hex);
}

function writeDelete(sink: Sink, response: DeleteRangeResponse, hex: boolean): void {
  sink.text(`${response.deleted}\n`);
  for (const kv of response.prev_kvs) writeKv(sink, kv, hex);
}

function writeTxn(sink: Sink, response: TxnResponse, hex: boolean): void {
  sink.text(response.succeeded ? 'SUCCESS\n' : 'FAILURE\n');
  for (const op of response.responses) {
    sink.text('\n');
    if (op.response_range !== undefined) writeRange(sink, op.response_range, hex);
    else if (op.response_put !== undefined) writePut(sink, op.response_put, hex);
    else if (op.response_delete_range !== undefined) writeDelete(sink, op.response_delete_range, hex);
    else if (op.response_txn !== undefined) writeTxn(sink, op.response_txn, hex);
  }
}
