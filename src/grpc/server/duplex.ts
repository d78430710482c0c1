import { MessageQueue } from '../message-queue.ts';
import type { ServerCall } from './call.ts';
import { decodeRequest } from './codec.ts';
import { canceledError } from './outcomes.ts';
import { ResponseStream } from './responses.ts';
import type { Intake, Route } from './routes.ts';
import type { DuplexHandler, Requests, ServedMethod } from './types.ts';

export function duplexRoute<Req, Res>(method: ServedMethod<Req, Res>, handle: DuplexHandler<Req, Res>): Route {
  const run = async (call: ServerCall, queue: MessageQueue): Promise<void> => {
    try {
      await handle(requestsOf(call, method, queue), new ResponseStream(call, method), call);
      call.end();
    } catch (error) {
      call.end(error);
    }
  };
  const begin = (call: ServerCall): Intake => {
    // A handler that does not read holds its client back.
    const queue = new MessageQueue(call);
    call.whenOver(() => {
      queue.clear();
      queue.end(canceledError);
    });
    void run(call, queue);
    return { message: (bytes) => queue.push(bytes), end: () => queue.end(undefined) };
  };
  return { path: method.path, isStreaming: true, begin };
}

function requestsOf<Req>(
  call: ServerCall,
  method: Pick<ServedMethod<Req, never>, 'path' | 'decodeRequest'>,
  queue: MessageQueue,
): Requests<Req> {
  const next = async (): Promise<IteratorResult<Req, undefined>> => {
    const bytes = await queue.next();
    if (bytes === undefined) return { done: true, value: undefined };
    const request = decodeRequest(call, method, bytes);
    if (request === undefined) throw canceledError;
    return { done: false, value: request.value };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
