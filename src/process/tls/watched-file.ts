import { readFileSync, statSync } from 'node:fs';

/** A file that is read again when it has changed: certificates are renewed under a running server. */
export class WatchedFile {
  readonly #path: string;
  #content: Buffer | undefined;
  #stamp = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The same object as long as the file stays as it is. @throws Error naming the file that cannot be read */
  read(): Buffer {
    const { mtimeMs, size, ino } = statSync(this.#path);
    const stamp = `${mtimeMs}/${size}/${ino}`;
    if (this.#content === undefined || stamp !== this.#stamp) {
      this.#content = readFileSync(this.#path);
      this.#stamp = stamp;
    }
    return this.#content;
  }
}
