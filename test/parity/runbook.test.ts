import { aliasCases, runbookCases } from './cases/runbook.ts';
import { parity } from './harness/suite.ts';

parity('runbooks', runbookCases);
parity('aliases', aliasCases);
