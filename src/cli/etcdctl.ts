import process from 'node:process';
import { processArguments } from './arguments.ts';
import { etcdctlTree } from './commands/tree.ts';
import { main } from './main.ts';
import { processIo } from './process-io.ts';

// Exiting at once matters: an open HTTP/2 session would hold the process for its time-outs.
void main(etcdctlTree, processArguments(), processIo()).then((exitCode) => process.exit(exitCode));
