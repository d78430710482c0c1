/**
 * bbolt/: the file format of etcd's database, version 2 of bbolt, byte for byte. Reads a file by page without holding
 * more than a few megabytes of it, checks it by bbolt's rules, writes a whole one in a single pass, and changes a few
 * keys of one copy-on-write. Whatever is in a file, reading it ends in a result or a `BboltError`.
 *
 * Calls block, for files are read and written with blocking calls. What takes long is a generator that stops after
 * some pages; `runSteps` does such work and lets the event loop turn. Nothing is locked.
 */
export { Bucket, type BucketHeader } from './bucket.ts';
export { BulkWriter, type BulkWriterOptions } from './bulk-writer.ts';
export { type BucketVisitor, Checker } from './checker.ts';
export type { Cursor } from './cursor.ts';
export { Database, openDatabase } from './database.ts';
export { copyCompacted, defragmentFile, type Defragmented } from './defragment.ts';
export { BboltError, type BboltFault } from './errors.ts';
export type { Meta } from './meta.ts';
export type { Page } from './page.ts';
export { PageSet } from './page-set.ts';
export { Problems } from './problems.ts';
export { Pace, runSteps, type StepOptions } from './steps.ts';
export { update, updateFile } from './update.ts';
export { Updater } from './updater.ts';
export type { WriteBucket } from './write-bucket.ts';
