import type { Method } from '../../../src/grpc/index.ts';

/** Codecs of the tests: text as UTF-8, so that messages can be read in a failing assertion. */
export const textMethod = (path: string, requestStream = false, responseStream = false): Method<string, string> => ({
  path,
  requestStream,
  responseStream,
  encode: (text) => Buffer.from(text),
  decode: (bytes) => Buffer.from(bytes).toString(),
});

/** The methods that the echo server serves. */
export const echo = {
  /** Answers with the request. */
  unary: textMethod('/test.Echo/Unary'),
  /** Splits the request at commas and answers with each part. */
  split: textMethod('/test.Echo/Split', false, true),
  /** Answers with all requests joined by commas. */
  join: textMethod('/test.Echo/Join', true, false),
  /** Answers each request as it comes. */
  chat: textMethod('/test.Echo/Chat', true, true),
  /** Answers with the metadata that it received, one `name=value` a line; bytes in hex. */
  metadata: textMethod('/test.Echo/Metadata'),
  /** Fails with the status that the request spells: `code:details`. */
  fail: textMethod('/test.Echo/Fail'),
  /** Answers with `start`, then fails with the status that the request spells. */
  failLate: textMethod('/test.Echo/FailLate', false, true),
  /** Never answers; the server counts cancellations. */
  hang: textMethod('/test.Echo/Hang', false, true),
  /** Answers `enough` to the first request and ends, while more requests may come. */
  first: textMethod('/test.Echo/First', true, true),
  missing: textMethod('/test.Echo/Missing'),
};

/** All messages of a call, and how it ended. */
export async function drain<T>(messages: AsyncIterable<T>): Promise<{ received: T[]; error?: unknown }> {
  const received: T[] = [];
  try {
    for await (const message of messages) received.push(message);
    return { received };
  } catch (error) {
    return { received, error };
  }
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<any> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
