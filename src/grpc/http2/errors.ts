export const Http2ErrorCode = {
  NoError: 0,
  ProtocolError: 1,
  FlowControlError: 3,
  StreamClosed: 5,
  FrameSizeError: 6,
  RefusedStream: 7,
  Cancel: 8,
  CompressionError: 9,
  EnhanceYourCalm: 11,
} as const;

/** The peer broke the protocol, which ends the connection. */
export class Http2Error extends Error {
  override readonly name = 'Http2Error';
  readonly code = 'HTTP2_PROTOCOL';
  /** What the peer is told in our GOAWAY. */
  readonly http2Code: number;

  constructor(http2Code: number, message: string) {
    super(message);
    this.http2Code = http2Code;
  }
}

export const http2Error = (http2Code: number, message: string): Http2Error => new Http2Error(http2Code, message);
