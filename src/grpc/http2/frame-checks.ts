import { Http2Error, http2Error, Http2ErrorCode } from './errors.ts';
import { type Frame, FrameType } from './frames.ts';

const PRIORITY_BYTES = 5;

const ofConnection: ReadonlySet<number> = new Set([FrameType.Settings, FrameType.Ping, FrameType.GoAway]);
/** Of one stream. Priorities may be told of any, and continuations are what their headers are. */
const ofStream: ReadonlySet<number> = new Set([FrameType.Data, FrameType.Headers, FrameType.RstStream]);

/** Which streams a peer may speak of. */
export interface Admission {
  /** There is, or was, a stream of this number; `isHeaders`: or it may begin now. */
  admits(streamId: number, isHeaders: boolean): boolean;
}

/** @throws Error when a frame is not where frames of its type may be */
export function checkFrame({ type, streamId, payload }: Frame, admission: Admission): void {
  if (type === FrameType.Priority) {
    if (streamId === 0) throw breach('a priority is of no stream');
    if (payload.length !== PRIORITY_BYTES) {
      throw http2Error(Http2ErrorCode.FrameSizeError, 'a PRIORITY is not of 5 bytes');
    }
  }
  if (ofConnection.has(type) && streamId !== 0) throw breach('a frame of the connection is of a stream');
  const isOfStream = ofStream.has(type) || (type === FrameType.WindowUpdate && streamId !== 0);
  if (isOfStream && !admission.admits(streamId, type === FrameType.Headers)) {
    throw breach('a frame is of a stream that was never opened');
  }
}

export const breach = (what: string): Http2Error => http2Error(Http2ErrorCode.ProtocolError, what);

/** A 32-bit number in a payload. @throws Error when it is not there */
export function numberIn({ payload }: Frame, offset: number): number {
  if (payload.length < offset + 4) throw http2Error(Http2ErrorCode.FrameSizeError, 'a frame is too short');
  return payload.readUInt32BE(offset);
}

/** The 32-bit number that is the whole of a payload. @throws Error when there is more, or less */
export function onlyNumber(frame: Frame): number {
  if (frame.payload.length > 4) throw http2Error(Http2ErrorCode.FrameSizeError, 'a frame is too long');
  return numberIn(frame, 0);
}
