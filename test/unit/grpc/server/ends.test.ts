import { describe, expect, it } from 'vitest';
import { type CancelSignal, Deadline } from '../../../../src/base/index.ts';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';
import { until } from '../../../support/until.ts';
import { drain, rejection } from '../methods.ts';
import { exchange, frame, grpcHeaders, methods, start } from './harness.ts';

/** A server whose methods wait for their signals, and tell of them. */
async function waiting() {
  const heard: string[] = [];
  const running = await start((server) => {
    const wait = async (context: { readonly signal: CancelSignal; readonly path: string }): Promise<string> => {
      heard.push('began');
      if (!context.signal.aborted) {
        await new Promise((resolve) =>
          context.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
        );
      }
      heard.push(`aborted: ${(context.signal.reason as Error).message}`);
      return 'too late';
    };
    server.unary(methods.one, (_, context) => wait(context));
    server.serverStream(methods.many, async (_, responses, context) => {
      responses.send('first');
      responses.send(await wait(context));
    });
    server.duplex(methods.chat, async (requests, responses, context) => {
      const reading = (async () => {
        for await (const request of requests) responses.send(request);
      })();
      await reading.catch((error: Error) => heard.push(`requests: ${error.message}`));
      await wait(context);
    });
  });
  const settled = (count: number): Promise<void> => until(() => heard.length >= count);
  return { ...running, heard, settled };
}

const aborted = 'aborted: rpc error: code = Canceled desc = context canceled';

describe('the signal of a call', () => {
  it('fires when the client cancels', async () => {
    const { channel, heard, settled } = await waiting();
    const controller = new AbortController();
    const call = rejection(channel().unary(methods.one, 'x', { signal: controller.signal }));
    await settled(1);
    controller.abort();
    expect(await call).toMatchObject({ code: StatusCode.Canceled });
    await settled(2);
    expect(heard).toEqual(['began', aborted]);
  });

  it('fires when the client goes', async () => {
    const { raw, heard, settled, server } = await waiting();
    const session = raw();
    void exchange(session, grpcHeaders, frame('x'));
    await settled(1);
    session.destroy();
    await settled(2);
    expect(heard).toEqual(['began', aborted]);
    await until(() => server.load.connections === 0);
    expect(server.load).toEqual({ connections: 0, calls: 0 });
  });

  it('fires when the pipe is cut', async () => {
    const { piped, heard, settled } = await waiting();
    const channel = piped();
    const call = rejection(channel.unary(methods.one, 'x'));
    await settled(1);
    channel.close();
    expect(await call).toMatchObject({ code: StatusCode.Canceled });
    await settled(2);
    expect(heard).toEqual(['began', aborted]);
  });

  it('fires at the deadline that the client named, and the client hears of it', async () => {
    const { raw, heard, settled } = await waiting();
    const answer = await exchange(raw(), { ...grpcHeaders, 'grpc-timeout': '30m' }, frame('x'));
    expect(answer.headers).toMatchObject({ 'grpc-status': '4', 'grpc-message': 'context deadline exceeded' });
    await settled(2);
    expect(heard).toEqual(['began', aborted]);
  });

  it('has fired already when it is asked for too late', async () => {
    let signal: CancelSignal | undefined;
    const { channel } = await start((server) =>
      server.unary(methods.one, async (_, context) => {
        context.end(new GrpcError(5, 'ended'));
        ({ signal } = context);
        return 'dropped';
      }),
    );
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({ code: 5, details: 'ended' });
    expect(signal?.aborted).toBe(true);
  });
});

describe('a stream that is ended', () => {
  it('by its deadline keeps what came before', async () => {
    const { channel } = await waiting();
    const call = channel().open(methods.many, { deadline: Deadline.after(300) });
    void call.write('x');
    call.end();
    const { received, error } = await drain(call);
    expect(received).toEqual(['first']);
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded });
  });

  it('by the loss of its connection: its requests end with an error', async () => {
    const { raw, heard, settled, server } = await waiting();
    const session = raw();
    void exchange(session, { ...grpcHeaders, ':path': methods.chat.path }, frame('a'), { end: false });
    await until(() => server.load.calls === 1);
    session.destroy();
    await settled(3);
    expect(heard).toEqual(['requests: rpc error: code = Canceled desc = context canceled', 'began', aborted]);
  });

  it('by the client: Node half-closes before it resets', async () => {
    const { channel, heard, settled } = await waiting();
    const call = channel().open(methods.chat);
    await call.write('a');
    expect(await call[Symbol.asyncIterator]().next()).toEqual({ done: false, value: 'a' });
    call.cancel();
    await settled(2);
    expect(heard.at(-1)).toBe(aborted);
  });

  it('from elsewhere, with a status and trailers', async () => {
    let end: ((error?: unknown) => void) | undefined;
    const { channel } = await start((server) =>
      server.duplex(methods.chat, async (_requests, responses, context) => {
        responses.send('hello');
        context.setTrailers({ why: 'because' });
        end = (error) => context.end(error);
        await new Promise(() => {});
      }),
    );
    const call = channel().open(methods.chat);
    const iterator = call[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 'hello' });
    end?.(new GrpcError(14, 'no leader'));
    end?.(new GrpcError(13, 'a second end does not count'));
    expect(await rejection(iterator.next())).toMatchObject({ code: 14, details: 'no leader' });
    expect((await call.status).trailers).toMatchObject({ why: 'because' });
  });

  it('from elsewhere, well', async () => {
    const { channel } = await start((server) =>
      server.serverStream(methods.many, async (_request, responses, context) => {
        responses.send('all');
        context.end();
        responses.send('dropped');
        expect(responses.isOver).toBe(true);
        throw new Error('dropped as well');
      }),
    );
    const call = channel().open(methods.many);
    void call.write('x');
    call.end();
    expect(await drain(call)).toEqual({ received: ['all'] });
  });
});
