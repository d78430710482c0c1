/**
 * sandbox/: an embedded cluster for programs outside of this process: its certificates and its address are in files
 * and in variables as etcdctl reads them. For `etcdctl sandbox`, which loads it only then.
 */
export { type RunningSandbox, type SandboxOptions, startSandbox } from './start.ts';
export { StartError } from '../options.ts';
