/**
 * tracker/: what a leader knows of its followers. Plain data without
 * messages or logs: the membership, how far each member's log agrees, how much
 * may be in flight to it, and the votes of the election under way.
 */
export { EMPTY_CONFIG, formatConfig, toConfState, type TrackerConfig } from './config.ts';
export { Inflights, type InflightLimits } from './inflights.ts';
export { formatProgress, formatProgressMap, Progress, type ProgressMap, type ProgressState } from './progress.ts';
export { ProgressTracker, type Tally } from './tracker.ts';
