/** The URLs of one peer, of which one is used until it fails. */
export class PeerUrls {
  #urls: readonly string[];
  #picked = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  update(urls: readonly string[]): void {
    this.#urls = urls;
    this.#picked = 0;
  }

  /** Empty if there is none. */
  pick(): string {
    return this.#urls[this.#picked] ?? '';
  }

  /** Another is picked from now on, unless that has happened already. */
  failed(url: string): void {
    if (this.#urls.length > 0 && url === this.pick()) this.#picked = (this.#picked + 1) % this.#urls.length;
  }
}
