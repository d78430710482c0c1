import process from 'node:process';
import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';

/**
 * Prompts on stdout and reads one line from stdin without echo, as etcdctl's
 * password prompts do. On a pipe it reads a plain line.
 */
export async function readSecret(prompt: string): Promise<string> {
  process.stdout.write(prompt);
  const input = process.stdin;
  const terminal = input instanceof ReadStream ? input : undefined;
  terminal?.setRawMode(true);
  try {
    return await readLine(input, terminal !== undefined);
  } finally {
    // The stream is left reading for a next prompt: once paused, a terminal's would not start again.
    terminal?.setRawMode(false);
    process.stdout.write('\n');
  }
}

const key = { enter: 13, newline: 10, interrupt: 3, endOfFile: 4, backspace: 8, del: 127, killLine: 21 } as const;

async function readLine(input: Readable, isRaw: boolean): Promise<string> {
  let typed: number[] = [];
  for (;;) {
    const chunk = await nextChunk(input);
    if (chunk === undefined) return Buffer.from(typed).toString();
    for (const [index, byte] of chunk.entries()) {
      if (byte === key.newline || (isRaw && byte === key.enter)) {
        // What follows on the pipe belongs to the next prompt.
        if (index + 1 < chunk.length) input.unshift(chunk.subarray(index + 1));
        return Buffer.from(typed).toString();
      }
      if (!isRaw) typed.push(byte);
      else if (byte === key.interrupt) process.kill(process.pid, 'SIGINT');
      else if (byte === key.endOfFile) return Buffer.from(typed).toString();
      else if (byte === key.killLine) typed = [];
      else if (byte === key.backspace || byte === key.del) typed = withoutLastCharacter(typed);
      else typed.push(byte);
    }
  }
}

const withoutLastCharacter = (bytes: readonly number[]): number[] =>
  Array.from(Buffer.from(Array.from(Buffer.from(bytes).toString()).slice(0, -1).join('')));

function readChunk(input: Readable): Buffer | undefined {
  const chunk: unknown = input.read();
  return Buffer.isBuffer(chunk) ? chunk : undefined;
}

/** The next chunk of a paused stream; undefined at its end. */
function nextChunk(input: Readable): Promise<Buffer | undefined> {
  const ready = readChunk(input);
  if (ready !== undefined) return Promise.resolve(ready);
  if (input.readableEnded) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const done = (): void => {
      input.removeListener('readable', done).removeListener('end', done).removeListener('error', done);
      resolve(readChunk(input));
    };
    input.on('readable', done).on('end', done).on('error', done);
  });
}
