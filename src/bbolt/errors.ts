/**
 * What is wrong with a database, or with what was asked of it.
 * - `invalid`: not a bbolt database at all (bbolt's "invalid database")
 * - `version-mismatch`: a bbolt file of another format version
 * - `checksum`: neither meta page is whole
 * - `truncated`: the file ends before the pages that its meta page counts
 * - `corrupt`: a page contradicts itself or the tree it hangs in
 * - `order`: keys given to the bulk writer are not in ascending order
 * - `argument`: a key, value or bucket name that the format can not hold
 * - `not-found`, `exists`, `incompatible`: of the bucket asked for
 */
export type BboltFault =
  | 'invalid'
  | 'version-mismatch'
  | 'checksum'
  | 'truncated'
  | 'corrupt'
  | 'order'
  | 'argument'
  | 'not-found'
  | 'exists'
  | 'incompatible';

/** A failure of this room. The message begins with bbolt's own words where bbolt has words for it. */
export class BboltError extends Error {
  override readonly name = 'BboltError';
  readonly fault: BboltFault;

  constructor(fault: BboltFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** A page that can not be read as what it should be; the message names the page as bbolt's checker does. */
export function corruptPage(pageId: number, problem: string): BboltError {
  return new BboltError('corrupt', `page ${pageName(pageId)}: ${problem}`);
}

/** The path to a page, as bbolt's checker writes it. */
export function stackText(pageIds: readonly number[]): string {
  return `[${pageIds.map(pageName).join(' ')}]`;
}

/** A reference that is not exact as a number is to no page that can be. */
function pageName(pageId: number): string {
  return Number.isSafeInteger(pageId) ? String(pageId) : 'beyond 2^53';
}
