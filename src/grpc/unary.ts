import { decodeMessage, encodeMessage } from './codec.ts';
import type { GrpcError } from './errors.ts';
import type { Start } from './exchange.ts';
import { wrongMessageCount } from './outcomes.ts';
import type { Method } from './types.ts';

/** One request, one response, without the queue and the promises of a streaming call. */
export function callUnary<Req, Res>(
  method: Method<Req, Res>,
  request: Req,
  maxSendBytes: number,
  start: Start,
): Promise<Res> {
  return new Promise((resolve, reject) => {
    const frame = encodeMessage(method, request, maxSendBytes);
    let response: Uint8Array | undefined;
    let messages = 0;
    const settle = (error: GrpcError | undefined): Res => {
      if (error !== undefined) throw error;
      if (response === undefined || messages !== 1) throw wrongMessageCount(messages);
      return decodeMessage(method, response);
    };
    const exchange = start({
      message: (bytes) => {
        response = bytes;
        messages += 1;
        if (messages > 1) exchange?.fail(wrongMessageCount(messages));
      },
      end: (_status, error) => {
        try {
          resolve(settle(error));
        } catch (failure) {
          reject(failure);
        }
      },
    });
    void exchange?.send(frame);
    exchange?.halfClose();
  });
}
