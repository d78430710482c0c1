import { parity } from './harness/suite.ts';

parity('slow checks');
