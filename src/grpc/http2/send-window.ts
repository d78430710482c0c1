import { http2Error, Http2ErrorCode } from './errors.ts';
import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from './frames.ts';

/** How much the peer lets us send. Its settings can make it negative. */
export class SendWindow {
  #left: number;

  constructor(bytes: number = DEFAULT_WINDOW_BYTES) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  take(bytes: number): void {
    this.#left -= bytes;
  }

  canGrow(bytes: number): boolean {
    return this.#left + bytes <= MAX_WINDOW_BYTES;
  }

  /** @throws Error when it becomes larger than windows can be */
  grow(bytes: number): void {
    if (!this.canGrow(bytes)) throw http2Error(Http2ErrorCode.FlowControlError, 'a window is too large');
    this.#left += bytes;
  }
}
