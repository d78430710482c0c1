/**
 * A text could not be read as the value it should be. Where Go has a message for it, this is the same to the letter,
 * since scripts match on it.
 */
export class TextError extends Error {
  override readonly name = 'TextError';
}

/** What anything that was thrown says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
