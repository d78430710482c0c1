import { apiVersionCases, environmentCases } from './cases/environment.ts';
import { globalFlagCases, tlsCases } from './cases/globals.ts';
import { parity } from './harness/suite.ts';

parity('global flags', globalFlagCases);
parity('TLS', tlsCases);
parity('variables', environmentCases);
parity('the API version', apiVersionCases);
