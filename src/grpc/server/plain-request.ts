import type { ReceivedHeaders, Stream } from '../http2/server.ts';
import { MessageQueue } from '../message-queue.ts';
import type { PlainRequest } from './types.ts';

/** Takes a stream as a request over HTTP that is no call. */
export function plainRequest(stream: Stream, headers: ReceivedHeaders): PlainRequest {
  const gone = new AbortController();
  const body = new MessageQueue({ pause: () => stream.pause(), resume: () => stream.resume() });
  let room: Array<() => void> = [];
  const release = (): void => {
    for (const resolve of room) resolve();
    room = [];
  };
  stream.listener = {
    headers: () => {},
    data: (chunk) => body.push(Buffer.from(chunk)),
    end: () => body.end(undefined),
    drain: release,
    close: () => {
      gone.abort();
      body.end(undefined);
      release();
    },
  };
  const isHead = headers[':method'] === 'HEAD';
  const write = (text: string): boolean => isHead || stream.write(Buffer.from(text));
  return {
    headers,
    body: bodyOf(body),
    signal: gone.signal,
    respond: (status, fields) => {
      stream.sendHeaders({ ':status': String(status), date: new Date().toUTCString(), ...fields });
    },
    write: (text) =>
      write(text) || stream.isClosed ? Promise.resolve() : new Promise((resolve) => room.push(resolve)),
    end: (text = '') => {
      if (text !== '') write(text);
      stream.halfClose();
    },
  };
}

const bodyOf = (queue: MessageQueue): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      const value = await queue.next();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
  }),
});
