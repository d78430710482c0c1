import { decodeBucketHeader } from './bucket.ts';
import { corruptPage } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { Page } from './page.ts';
import type { PageAllocator } from './page-allocator.ts';
import type { PageReader } from './page-reader.ts';
import type { TreeRoot } from './tree-walker.ts';

/** Gives up all pages of a tree and of the buckets within it. @throws BboltError `corrupt` */
export function freeTree(reader: PageReader, root: TreeRoot, pages: PageAllocator): void {
  if (root.inline) return;
  let freed = 0;
  const free = (id: number, depth: number): void => {
    if (depth > MAX_DEPTH || ++freed > reader.pageCount) throw corruptPage(id, 'multiple references');
    const page = new Page();
    reader.load(id, page);
    pages.free({ page: id, overflow: page.overflow });
    for (let i = 0; i < page.count; i++) {
      if (page.isBranch) free(page.child(i), depth + 1);
      else if (page.isBucket(i)) {
        const { root: within } = decodeBucketHeader(page.value(i));
        if (!within.inline) free(within.page, depth + 1);
      }
    }
  };
  free(root.page, 0);
}
