import { endpointCases } from './cases/endpoint.ts';
import { memberCases } from './cases/member.ts';
import { parity } from './harness/suite.ts';

parity('endpoint', endpointCases);
parity('member', memberCases);
