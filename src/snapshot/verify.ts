import { createHash } from 'node:crypto';
import { equalBytes, type File, type FileSystem, nodeFiles, readFully } from '../base/index.ts';
import { type BucketVisitor, Checker, Database, type Page, Problems, runSteps } from '../bbolt/index.ts';
import { DIGEST_BYTES, hasDigest } from './digest.ts';
import { checkEntry, ENTRY_CHECKS } from './entry-checks.ts';
import { readLeaseIds } from './lease-ids.ts';
import { RecordAudit } from './record-audit.ts';
import { KEY_BUCKET } from './schema.ts';
import type { StatusOptions } from './status.ts';
import { quoteStart } from './quote-start.ts';

const CHUNK_BYTES = 1024 * 1024;

/** What a verification found. */
export interface Verification {
  /** Whether nothing is wrong. That there is no digest is not wrong: a database in use has none. */
  readonly isSound: boolean;
  readonly digest: 'matches' | 'differs' | 'absent';
  readonly pages: number;
  /** Records of history, and leases. */
  readonly records: number;
  readonly leases: number;
  readonly problemCount: number;
  /** The first thousand problems of pages, then of contents, a line each. */
  readonly problems: readonly string[];
}

/**
 * Looks for everything that can be wrong with a snapshot or database file: its digest, every page, every record of
 * history, and the entries of every bucket that etcd knows. Goes through the file once for the digest and once for the
 * rest. What is wrong with its contents is in the result; only a file that can not be opened as a database throws.
 * @throws BboltError, FileError, the signal's reason
 */
export async function verifySnapshot(path: string, options: StatusOptions = {}): Promise<Verification> {
  const { files = nodeFiles, signal, onProgress } = options;
  return await withFile(files, path, async (file) => {
    const database = new Database(file);
    const totalBytes = file.size() + database.size;
    let doneBytes = 0;
    const onTurn = (): void => onProgress?.({ doneBytes, totalBytes });
    const digest = await runSteps(
      checkDigest(file, (bytes) => (doneBytes = bytes)),
      { signal, onTurn },
    );
    const pass = new Pass(database);
    const hashed = file.size();
    const contents = await runSteps(pass.run(), {
      signal,
      onTurn: () => {
        doneBytes = hashed + pass.doneBytes;
        onTurn();
      },
    });
    const isSound = contents.problemCount === 0 && digest !== 'differs';
    return { isSound, digest, ...contents };
  });
}

async function withFile<T>(files: FileSystem, path: string, run: (file: File) => Promise<T>): Promise<T> {
  const file = files.open(path, 'read');
  try {
    return await run(file);
  } finally {
    file.close();
  }
}

function* checkDigest(file: File, onRead: (bytes: number) => void): Generator<void, Verification['digest']> {
  const size = file.size();
  if (!hasDigest(size)) return 'absent';
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const end = size - DIGEST_BYTES;
  for (let position = 0; position < end; ) {
    const got = readFully(file, chunk.subarray(0, Math.min(chunk.length, end - position)), position);
    if (got === 0) return 'differs';
    hash.update(chunk.subarray(0, got));
    position += got;
    onRead(position);
    yield;
  }
  const told = chunk.subarray(0, DIGEST_BYTES);
  readFully(file, told, end);
  return equalBytes(told, hash.digest()) ? 'matches' : 'differs';
}

/** The pass over pages and contents. */
class Pass {
  readonly #database: Database;
  readonly #checker: Checker;
  readonly #problems = new Problems();
  readonly #leases;
  readonly #audit: RecordAudit;

  constructor(database: Database) {
    this.#database = database;
    this.#checker = new Checker(database);
    this.#leases = readLeaseIds(database);
    this.#audit = new RecordAudit(this.#problems, this.#leases);
  }

  get doneBytes(): number {
    return this.#checker.pagesSeen * this.#database.meta.pageSize;
  }

  *run(): Generator<void, Omit<Verification, 'isSound' | 'digest'>> {
    const pages = yield* this.#checker.run(this.#visitRoot());
    this.#audit.finish();
    return {
      pages: this.#database.meta.pageCount,
      records: this.#audit.records,
      leases: this.#leases?.count ?? 0,
      problemCount: pages.count + this.#problems.count,
      problems: [...pages.messages, ...this.#problems.messages],
    };
  }

  #visitRoot(): BucketVisitor {
    return {
      leaf: (page) => this.#checkNames(page),
      bucket: (name) => ({ leaf: this.#checkOf(name.toString()) }),
    };
  }

  #checkNames(page: Page): void {
    for (let i = 0; i < page.count; i++) {
      if (!page.isBucket(i)) this.#problems.add(`${quoteStart(page.key(i))} is a key in place of a bucket`);
    }
  }

  #checkOf(name: string): (page: Page) => void {
    if (name === KEY_BUCKET) return (page) => this.#audit.add(page);
    const check = ENTRY_CHECKS[name];
    return (page) => {
      for (let i = 0; i < page.count; i++) {
        const problem = check && checkEntry(check, page.key(i), page.value(i));
        if (problem) this.#problems.add(`bucket ${name}, key ${quoteStart(page.key(i))}: ${problem}`);
      }
    };
  }
}
