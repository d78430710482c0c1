import { leaseCases } from './cases/lease.ts';
import { electCases, lockCases } from './cases/lock.ts';
import { parity } from './harness/suite.ts';

parity('lease', leaseCases);
parity('lock', lockCases);
parity('elect', electCases);
