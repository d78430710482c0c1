/**
 * base/: what every room may use: bytes, deadlines, Go's text forms of numbers,
 * durations and sizes. It imports nothing of the project and no package.
 */
export { crc32c, crc32cRange } from './crc32c.ts';
export { Deadline } from './deadline.ts';
export type { File, FileInfo, FileSystem, OpenMode } from './files.ts';
export { FileError, readFully, readFullyAsync, writeFully, writeFullyAsync } from './files.ts';
export { nodeFiles } from './node-files.ts';
