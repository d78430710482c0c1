import type { ServerCall } from './call.ts';
import { decodeRequest, encodeResponse } from './codec.ts';
import { unknown } from './outcomes.ts';
import { ResponseStream } from './responses.ts';
import type { Intake, Route } from './routes.ts';
import type { ServedMethod, ServerStreamHandler, UnaryHandler } from './types.ts';

export function unaryRoute<Req, Res>(method: ServedMethod<Req, Res>, handle: UnaryHandler<Req, Res>): Route {
  const run = async (call: ServerCall, bytes: Uint8Array): Promise<void> => {
    const request = decodeRequest(call, method, bytes);
    if (request === undefined) return;
    try {
      const response = encodeResponse(call, method, await handle(request.value, call));
      if (response !== undefined) call.answer(response);
    } catch (error) {
      call.end(error);
    }
  };
  return { path: method.path, isStreaming: false, begin: (call) => takeOne(call, run) };
}

export function streamRoute<Req, Res>(method: ServedMethod<Req, Res>, handle: ServerStreamHandler<Req, Res>): Route {
  const run = async (call: ServerCall, bytes: Uint8Array): Promise<void> => {
    const request = decodeRequest(call, method, bytes);
    if (request === undefined) return;
    try {
      await handle(request.value, new ResponseStream(call, method), call);
      call.end();
    } catch (error) {
      call.end(error);
    }
  };
  return { path: method.path, isStreaming: true, begin: (call) => takeOne(call, run) };
}

/** Runs on the first message, without waiting for the half-close that follows it; further ones are not looked at. */
function takeOne(call: ServerCall, run: (call: ServerCall, bytes: Uint8Array) => Promise<void>): Intake {
  let isTaken = false;
  return {
    message: (bytes) => {
      if (isTaken) return;
      isTaken = true;
      void run(call, bytes);
    },
    end: () => {
      if (!isTaken) call.refuseWith(unknown('EOF'));
    },
  };
}
