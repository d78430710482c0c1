/** Runs once around a whole test run, in the main process. */
import { describeReleases } from './binaries.ts';

export default function setup(): void {
  console.log(`\n${describeReleases()}`);
}
