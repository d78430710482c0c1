import { OwnFailureCode, TransportFailure } from './errors.ts';
import { http2CodeName } from './http2-codes.ts';

/** What a server says in its GOAWAY when keep-alive pings came more often than it allows. */
const TOO_MANY_PINGS = 'too_many_pings';

/** The peer's goodbye: it will not look at streams above `lastStreamId`. `debug` is its own word for the reason. */
export interface GoAway {
  readonly code: number;
  readonly lastStreamId: number;
  readonly debug: string;
}

export function readGoAway(code: number, lastStreamId: number, debug: Uint8Array | undefined): GoAway {
  return { code, lastStreamId, debug: debug === undefined ? '' : Buffer.from(debug).toString('latin1') };
}

export function goAwayFailure({ code, debug }: GoAway, peer: string, cause?: unknown): TransportFailure {
  const why = debug === '' ? http2CodeName(code) : `${http2CodeName(code)}, ${debug}`;
  const ownCode = debug === TOO_MANY_PINGS ? OwnFailureCode.TooManyPings : OwnFailureCode.GoAway;
  return new TransportFailure('http2', ownCode, peer, `the peer sent GOAWAY (${why})`, cause);
}
