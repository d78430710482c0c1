import type { Compare, Init, RequestOp, TxnRequest } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { bool } from '../flags/index.ts';
import { LineReader } from '../lines.ts';
import { exactly } from './arguments.ts';
import { warnOfRange } from './del.ts';
import { parseCompare } from './txn/compare.ts';
import { parseRequest } from './txn/request.ts';

const flags = {
  interactive: bool(false, 'prompt for each part of the transaction', { short: 'i' }),
} as const;

/** Reads the lines of one part, up to an empty line, and hands each to `take`. */
async function readPart(lines: LineReader, take: (line: string) => void | Promise<void>): Promise<void> {
  for (;;) {
    const line = (await lines.next())?.trim();
    if (line === undefined) throw invalidInput('EOF');
    if (line === '') return;
    await take(line);
  }
}

async function readOps(context: Context, lines: LineReader): Promise<Init<RequestOp>[]> {
  const ops: Init<RequestOp>[] = [];
  await readPart(lines, async (line) => {
    const { op, del } = parseRequest(line);
    if (del) await warnOfRange(context, del);
    ops.push(op);
  });
  return ops;
}

async function run(context: Context, interactive: boolean): Promise<void> {
  const { kv } = await context.client();
  const prompt = (text: string): void => {
    if (interactive) context.io.stdout.write(`${text}\n`);
  };
  const lines = new LineReader(context.io.stdin);
  const compare: Init<Compare>[] = [];
  prompt('compares:');
  await readPart(lines, (line) => void compare.push(parseCompare(line)));
  prompt('success requests (get, put, del):');
  const success = await readOps(context, lines);
  prompt('failure requests (get, put, del):');
  const failure = await readOps(context, lines);
  const request: Init<TxnRequest> = { compare, success, failure };
  context.print.txn(await kv.txn(request, context.bounds));
}

export const command = defineCommand({
  usage: '[options]',
  flags,
  prints: () => ['txn'],
  options: ({ interactive }, invocation) => {
    exactly(0, invocation, 'txn command does not accept argument');
    return interactive;
  },
  run,
});
