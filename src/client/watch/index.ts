/**
 * watch/: watches that outlive their streams. Loaded when the first watch begins.
 * Across lost connections nothing is skipped, repeated or reordered, and the events
 * of one revision stay together.
 */
export { Watcher, type WatchOptions, type WatchSource, type WatchStream } from './watcher.ts';
