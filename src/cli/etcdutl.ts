import process from 'node:process';
import { processArguments } from './arguments.ts';
import { etcdutlTree } from './commands/etcdutl-tree.ts';
import { main } from './main.ts';
import { processIo } from './process-io.ts';

void main(etcdutlTree, processArguments(), processIo()).then((exitCode) => process.exit(exitCode));
