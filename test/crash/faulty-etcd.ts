/** Our server on a disk that fails as FAULT says, a Fault in JSON. */
import type { Fault } from './faulty-files.ts';
import { faultyFiles } from './faulty-files.ts';
import { main } from '../../src/process/main.ts';

const fault: Fault = JSON.parse(process.env.FAULT ?? '');
void main(process.argv.slice(2), faultyFiles(fault));
