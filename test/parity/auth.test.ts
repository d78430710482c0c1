import { parity } from './harness/suite.ts';

parity('auth');
