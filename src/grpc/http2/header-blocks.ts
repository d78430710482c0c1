import { http2Error, Http2ErrorCode } from './errors.ts';
import { Flag, type Frame, FrameType, unpadded } from './frames.ts';
import { HpackDecoder, type ReceivedHeaders } from './hpack-decoder.ts';

/** A hostile peer could send one without end. */
const MAX_BLOCK_BYTES = 1024 * 1024;

/** Joins HEADERS and their CONTINUATIONs, between which nothing else may come, and reads what is in them. */
export class HeaderBlocks {
  readonly #decoder = new HpackDecoder();
  #begun: { readonly streamId: number; readonly isEnd: boolean; readonly parts: Buffer[] } | undefined;

  /**
   * @returns the headers that the frame completes, whose effect on the table of names counts even if nobody wants them
   * @throws Error on frames out of order and on malformed headers
   */
  take(frame: Frame): { readonly headers: ReceivedHeaders; readonly isEnd: boolean } | undefined {
    const { type, flags, streamId } = frame;
    const isContinuation = type === FrameType.Continuation;
    if (isContinuation !== (this.#begun !== undefined) || (this.#begun?.streamId ?? streamId) !== streamId) {
      throw http2Error(Http2ErrorCode.ProtocolError, 'headers and what continues them are torn apart');
    }
    if (!isContinuation && type !== FrameType.Headers) return undefined;
    const begun = this.#begun ?? { streamId, isEnd: (flags & Flag.EndStream) !== 0, parts: [] };
    const isLast = (flags & Flag.EndHeaders) !== 0;
    const part = isContinuation ? frame.payload : unpadded(frame);
    begun.parts.push(isLast ? part : Buffer.from(part));
    this.#begun = begun;
    if (begun.parts.reduce((sum, { length }) => sum + length, 0) > MAX_BLOCK_BYTES) {
      throw http2Error(Http2ErrorCode.EnhanceYourCalm, 'headers are too large');
    }
    if (!isLast) return undefined;
    this.#begun = undefined;
    const [first] = begun.parts;
    const block = begun.parts.length === 1 && first !== undefined ? first : Buffer.concat(begun.parts);
    return { headers: this.#decoder.decode(block), isEnd: begun.isEnd };
  }
}
