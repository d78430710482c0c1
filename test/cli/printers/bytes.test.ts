import { describe, expect, it } from 'vitest';
import { PutResponse, RangeResponse, TxnResponse } from '../../../src/wire/gen/rpc/kv.ts';
import { Event } from '../../../src/wire/gen/rpc/mvcc.ts';
import { render, renderText } from './render.ts';
import { header, update, yamlHeader } from './samples.ts';

describe('raw bytes', () => {
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  it('pass simple output unchanged', async () => {
    const { out } = await render('simple', (printer) =>
      printer.get(RangeResponse.fromPartial({ kvs: [{ key: everyByte, value: everyByte }] })),
    );
    expect(out).toEqual(Buffer.from([...everyByte, 10, ...everyByte, 10]));
  });

  it('pass a transaction and a watch unchanged', async () => {
    const kv = { key: everyByte, value: everyByte };
    const printed = Buffer.from([...everyByte, 10, ...everyByte, 10]);
    const txn = TxnResponse.fromPartial({ responses: [{ response_range: { kvs: [kv] } }] });
    expect((await render('simple', (printer) => printer.txn(txn))).out).toEqual(
      Buffer.concat([Buffer.from('FAILURE\n\n'), printed]),
    );
    const watched = update({ events: [Event.fromPartial({ kv })] });
    expect((await render('simple', (printer) => printer.watch(watched))).out).toEqual(
      Buffer.concat([Buffer.from('PUT\n'), printed]),
    );
  });
});

describe('many responses', () => {
  it('are documents of their own in yaml', async () => {
    const text = await renderText('yaml', (printer) => {
      printer.put(PutResponse.fromPartial({ header }));
      printer.put(PutResponse.fromPartial({ header }));
    });
    expect(text).toBe(`${yamlHeader}---\n${yamlHeader}`);
  });

  it('are one line each in json', async () => {
    const text = await renderText('json', (printer) => {
      printer.watch(update({ events: [Event.fromPartial({})] }));
      printer.watch(update({ events: [Event.fromPartial({})] }));
    });
    expect(text.split('\n')).toHaveLength(3);
  });
});
