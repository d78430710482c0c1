/**
 * base/: what every room may use: bytes, deadlines, Go's text forms of numbers,
 * durations and sizes. It imports nothing of the project and no package.
 */
export { AssertionFailure, assert } from './assert.ts';
export {
  compareBytes,
  concatBytes,
  encodeUint64,
  equalBytes,
  hexEscape,
  hexOf,
  prefixEnd,
  startsWithBytes,
} from './bytes.ts';
export type { CancelSignal } from './cancel-signal.ts';
export { type Clock, secondsSince, systemClock, VirtualClock } from './clock.ts';
export { crc32c, crc32cRange } from './crc32c.ts';
export { Crc32cStream } from './crc32c-stream.ts';
export { Deadline } from './deadline.ts';
export type { File, FileInfo, FileSystem, OpenMode } from './files.ts';
export {
  discardTree,
  FileError,
  makeDirectoriesDurably,
  readFully,
  readFullyAsync,
  writeFully,
  writeFullyAsync,
} from './files.ts';
export { formatDuration, formatMs, parseDuration } from './go-duration.ts';
export { formatJson, type JsonInput, quoteJson } from './go-json.ts';
export { maxInt64, maxUint64, minInt64, parseBool, parseInt64, parseUint64 } from './go-number.ts';
export { quote, quoteRune } from './go-quote.ts';
export { scanQuoted, type ScannedQuote, unquote } from './go-unquote.ts';
export { type LogEvent, logOf, type LogSink, type LogValue } from './log-event.ts';
export { nodeFiles } from './node-files.ts';
export { type JsonObject, type JsonValue, parseJson } from './parse-json.ts';
export { formatSize } from './si-size.ts';
export { readText, writePrivateText } from './text-files.ts';
export { messageOf, TextError } from './text-error.ts';
export { utf8Decode, utf8DecodeStrict, utf8Encode } from './utf8.ts';
export { rawText, rawTextBytes } from './raw-text.ts';
