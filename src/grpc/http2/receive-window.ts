import { http2Error, Http2ErrorCode } from './errors.ts';

/** How much the peer may send, and when it is told that it may send more: as soon as half the window has been read. */
export class ReceiveWindow {
  readonly #size: number;
  #left: number;
  #read = 0;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** @throws Error when the peer sends more than it may */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw http2Error(Http2ErrorCode.FlowControlError, 'more was sent than there is room for');
  }

  /** As many bytes have been read. @returns by how much the peer's window is to grow, 0 for not yet */
  release(bytes: number): number {
    this.#read += bytes;
    if (this.#read * 2 < this.#size) return 0;
    const grant = this.#read;
    this.#left += grant;
    this.#read = 0;
    return grant;
  }
}
