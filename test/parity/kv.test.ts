import { compactionCases } from './cases/compaction.ts';
import { delCases } from './cases/del.ts';
import { getCases } from './cases/get.ts';
import { putCases } from './cases/put.ts';
import { txnCases } from './cases/txn.ts';
import { parity } from './harness/suite.ts';

parity('get', getCases);
parity('put', putCases);
parity('del', delCases);
parity('txn', txnCases);
parity('compaction', compactionCases);
