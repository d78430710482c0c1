import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../support/ports.ts';
import { type BadServer, serveTcp } from './bad-server.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';

let directory: string;
let server: EchoServer;
let silent: BadServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grpc-'));
  buildSync({
    entryPoints: ['src/grpc/index.ts'],
    outfile: join(directory, 'grpc.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  server = await startEchoServer();
  silent = await serveTcp(() => {});
});
afterAll(async () => {
  server.stop();
  await silent.stop();
  await rm(directory, { recursive: true });
});

/** Runs a script that may use `channel` and `echo`; a process that hangs runs into the timeout of the test. */
async function run(port: number, script: string): Promise<{ code: number | null; output: string }> {
  const file = join(directory, 'script.mjs');
  const prelude = `
    import { Channel } from './grpc.mjs';
    const channel = new Channel({ kind: 'tcp', host: '127.0.0.1', port: ${port} }, { keepAliveTimeMs: 60_000 });
    const method = (name) => ({
      path: '/test.Echo/' + name, requestStream: true, responseStream: true,
      encode: (text) => Buffer.from(text), decode: (bytes) => Buffer.from(bytes).toString(),
    });
    const unary = { ...method('Unary'), requestStream: false, responseStream: false };
  `;
  await writeFile(file, `${prelude}\n${script}`);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

describe('a process ends by itself', () => {
  it.each([
    ['after a call, the channel closed', `console.log(await channel.unary(unary, 'hi')); channel.close();`, 'hi\n'],
    ['after a call, the channel left open', `console.log(await channel.unary(unary, 'hi'));`, 'hi\n'],
    ['after connecting', `await channel.connect(); console.log(channel.connected);`, 'true\n'],
    [
      'after a stream that was cancelled',
      `const call = channel.open(method('Chat')); await call.write('hi');
       for await (const text of call) { console.log(text); break; }`,
      'hi\n',
    ],
    [
      'with a stream still open, the channel closed',
      `const call = channel.open(method('Hang')); await call.write('hi'); channel.close();
       call.status.then((status) => console.log(status.details));`,
      'the channel is closed\n',
    ],
    ['with a channel that was never used', `console.log(channel.connected);`, 'false\n'],
  ])('%s', async (_what, script, output) => {
    expect(await run(server.port, script)).toEqual({ code: 0, output });
  });

  it.each([
    ['with a server that never answers, the channel closed', `setTimeout(() => channel.close(), 100);`],
    ['with a server that never answers, after the deadline', ``],
  ])('%s', async (_what, script) => {
    const deadline = `{ isFinite: true, hasPassed: false, remainingMs: () => at - performance.now() }`;
    const call = `
      const at = performance.now() + 200;
      const deadline = ${deadline};
      Object.defineProperty(deadline, 'hasPassed', { get: () => performance.now() >= at });
      channel.unary(unary, 'hi', { deadline }).catch((error) => console.log(error.name));
    `;
    expect(await run(silent.port, call + script)).toEqual({ code: 0, output: 'GrpcError\n' });
  });

  it('with a server that is not there', async () => {
    const [port] = await freePorts(1);
    const script = `channel.unary(unary, 'hi').catch((error) => console.log(error.cause.code));`;
    expect(await run(port!, script)).toEqual({ code: 0, output: 'ECONNREFUSED\n' });
  });

  it('but not while a call is open', async () => {
    const script = `
      const call = channel.open(method('Chat'));
      await call.write('one');
      setTimeout(() => { void call.write('two'); call.end(); }, 300).unref();
      for await (const text of call) console.log(text);
    `;
    expect(await run(server.port, script)).toEqual({ code: 0, output: 'one\ntwo\n' });
  });
});
