import { slowCheckCases } from './cases/check.ts';
import { slowElectCases } from './cases/lock.ts';
import { slowRunbookCases } from './cases/runbook.ts';
import { parity } from './harness/suite.ts';

parity('check at length', slowCheckCases);
parity('elect at length', slowElectCases);
parity('runbooks at length', slowRunbookCases);
