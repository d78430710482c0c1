/** How many problems are kept in words; beyond that they are only counted. */
const KEPT = 1000;

/** What a check has found, in the order found. */
export class Problems {
  readonly #messages: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The first thousand, a line each. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  add(message: string): void {
    this.#count++;
    if (this.#messages.length < KEPT) this.#messages.push(message);
  }
}
