/**
 * base/: what every room may use: bytes, deadlines, Go's text forms of numbers,
 * durations and sizes. It imports nothing of the project and no package.
 */
export { Deadline } from './deadline.ts';
