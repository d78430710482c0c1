import { http2Error, Http2ErrorCode } from './errors.ts';
import type { ReceivedHeaders } from './hpack-decoder.ts';
import type { StreamListener } from './stream.ts';

/** What a request hears, in this order; `close` is the last. */
export interface ResponseListener extends Pick<StreamListener, 'data' | 'end' | 'drain' | 'close'> {
  /** @param isEnd nothing follows, so that these are trailers too */
  response(headers: ReceivedHeaders, isEnd: boolean): void;
  trailers(headers: ReceivedHeaders): void;
}

/** Tells the headers of a response from its trailers. */
export function readResponse(listener: ResponseListener, closed: () => void): StreamListener {
  let hasResponse = false;
  return {
    headers: (headers, isEnd) => {
      if (!hasResponse) {
        const status = headers[':status'] ?? 0;
        if (status >= 100 && status < 200 && !isEnd) return; // something of the kind always comes before the response
        hasResponse = true;
        listener.response(headers, isEnd);
      } else if (isEnd) {
        listener.trailers(headers);
      } else {
        throw http2Error(Http2ErrorCode.ProtocolError, 'trailers do not end their stream');
      }
    },
    data: (chunk) => listener.data(chunk),
    end: () => listener.end(),
    drain: () => listener.drain(),
    close: () => {
      closed();
      listener.close();
    },
  };
}
