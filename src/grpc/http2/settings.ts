import { http2Error, Http2ErrorCode } from './errors.ts';
import { DEFAULT_MAX_FRAME_BYTES, DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES, Setting } from './frames.ts';

const SETTING_BYTES = 6;
const LARGEST_FRAME_BYTES = 2 ** 24 - 1;
/** How many streams a peer is taken to allow before it says so. */
const EXPECTED_CONCURRENT_STREAMS = 100;

/** What the peer lets us do. */
export class PeerSettings {
  maxConcurrentStreams = EXPECTED_CONCURRENT_STREAMS;
  /** Of a new stream. */
  initialWindowBytes = DEFAULT_WINDOW_BYTES;
  maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  /** Of the table of its header decoder; undefined as long as it says nothing. */
  headerTableBytes: number | undefined;
  #hasArrived = false;

  /** @throws Error on values that no peer may send */
  update(payload: Buffer): void {
    if (payload.length % SETTING_BYTES !== 0) {
      throw http2Error(Http2ErrorCode.FrameSizeError, 'a SETTINGS frame is not of whole settings');
    }
    // Who does not name a limit has none.
    if (!this.#hasArrived) this.maxConcurrentStreams = Number.POSITIVE_INFINITY;
    this.#hasArrived = true;
    for (let offset = 0; offset < payload.length; offset += SETTING_BYTES) {
      this.#set(payload.readUInt16BE(offset), payload.readUInt32BE(offset + 2));
    }
  }

  #set(id: number, value: number): void {
    if (id === Setting.MaxConcurrentStreams) this.maxConcurrentStreams = value;
    if (id === Setting.HeaderTableSize) this.headerTableBytes = value;
    if (id === Setting.EnablePush && value > 1) {
      throw http2Error(Http2ErrorCode.ProtocolError, 'pushing is neither on nor off');
    }
    if (id === Setting.InitialWindowSize) {
      if (value > MAX_WINDOW_BYTES) throw http2Error(Http2ErrorCode.FlowControlError, 'a window is too large');
      this.initialWindowBytes = value;
    }
    if (id === Setting.MaxFrameSize) {
      if (value < DEFAULT_MAX_FRAME_BYTES || value > LARGEST_FRAME_BYTES) {
        throw http2Error(Http2ErrorCode.ProtocolError, 'the largest size of frames is out of bounds');
      }
      this.maxFrameBytes = value;
    }
  }
}
