/**
 * A text could not be read as the value it should be. The message is, to the letter,
 * the one Go's standard library gives, since scripts match on it.
 */
export class TextError extends Error {
  override readonly name = 'TextError';
}
