import { corruptPage } from './errors.ts';
import { MAX_PAGE_IMAGE_SIZE, PAGE_HEADER_SIZE, PageFlag, pageTypeName } from './format.ts';
import type { Page } from './page.ts';
import type { PageSource } from './page-source.ts';

/** Keep a page's memory for the next one up to this size; a huge page's is let go. */
const KEPT_SIZE = 1024 * 1024;

/** Reads pages of one file. A page is only as good as the checks it has passed here and in `Page.decode`. */
export class PageReader {
  readonly pageSize: number;
  /** The high-water mark: ids at or above it do not exist. */
  readonly pageCount: number;
  readonly #source: PageSource;

  constructor(source: PageSource, pageSize: number, pageCount: number) {
    this.#source = source;
    this.pageSize = pageSize;
    this.pageCount = pageCount;
  }

  /**
   * Reads a branch or leaf page with its overflow pages, as far as they are used.
   * @throws BboltError `corrupt` or `truncated`; FileError
   */
  load(id: number, page: Page): void {
    this.loadHeader(id, page);
    this.loadBody(page);
  }

  /** Reads the first page of a run and its header alone, whatever its type: enough to know what it occupies. */
  loadHeader(id: number, page: Page): void {
    if (id >= this.pageCount) throw corruptPage(id, `out of bounds: ${this.pageCount}`);
    const fits = page.bytes.length >= this.pageSize && page.bytes.length <= KEPT_SIZE;
    const bytes = fits ? page.bytes : Buffer.allocUnsafeSlow(this.pageSize);
    this.#source.read(id * this.pageSize, bytes, 0, this.pageSize);
    page.id = id;
    page.setBytes(bytes);
    if (page.ownId !== id) throw corruptPage(id, `identifies itself as page ${page.ownId}`);
    if (id + page.overflow >= this.pageCount) {
      throw corruptPage(id, `its ${page.overflow} overflow pages are out of bounds: ${this.pageCount}`);
    }
  }

  /** The rest of `load`, once `loadHeader` has told what run of pages it is. */
  loadBody(page: Page): void {
    if (page.overflow === 0) return page.decode(this.pageSize);
    if (!page.isBranch && !page.isLeaf) throw corruptPage(page.id, `invalid type: ${pageTypeName(page.flags)}`);
    const size = (page.overflow + 1) * this.pageSize;
    if (page.tableEnd > size) throw corruptPage(page.id, `${page.count} elements overrun its ${size} bytes`);
    this.#extend(page, page.tableEnd);
    const used = page.claimedEnd;
    if (used > size) throw corruptPage(page.id, `element ${page.count - 1} overruns its bounds`);
    if (used > MAX_PAGE_IMAGE_SIZE) throw corruptPage(page.id, `holds ${used} bytes, more than can be read`);
    this.#extend(page, used);
    page.decode(size);
  }

  /** Reads a page that lies whole in a bucket's value. */
  loadInline(image: Uint8Array, page: Page): void {
    page.id = 0;
    if (image.length < PAGE_HEADER_SIZE) throw corruptPage(0, `an inline bucket of ${image.length} bytes`);
    page.setBytes(Buffer.from(image));
    if (page.flags !== PageFlag.leaf) throw corruptPage(0, `invalid type: ${pageTypeName(page.flags)}`);
    page.decode(image.length);
  }

  /** Reads bytes of the file as they are. */
  readRaw(position: number, into: Buffer, length: number): void {
    this.#source.read(position, into, 0, length);
  }

  /** Reads on until `size` bytes of the page are there. */
  #extend(page: Page, size: number): void {
    if (size <= this.pageSize) return;
    let bytes = page.bytes;
    if (bytes.length < size) {
      bytes = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)));
      page.bytes.copy(bytes, 0, 0, this.pageSize);
    }
    this.#source.read(page.id * this.pageSize + this.pageSize, bytes, this.pageSize, size - this.pageSize);
    page.setBytes(bytes);
  }
}
