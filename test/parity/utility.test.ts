import { checkCases } from './cases/check.ts';
import { mirrorCases } from './cases/mirror.ts';
import { helpCases, parentCases, utilityCases } from './cases/utility.ts';
import { parity } from './harness/suite.ts';

parity('check', checkCases);
parity('make-mirror', mirrorCases);
parity('help', helpCases);
parity('commands of commands', parentCases);
parity('utilities', utilityCases);
