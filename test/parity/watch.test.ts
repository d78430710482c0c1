import { watchCases, watchEnvironmentCases, watchExecCases, watchInteractiveCases } from './cases/watch.ts';
import { parity } from './harness/suite.ts';

parity('watch', watchCases);
parity('watch with a command', watchExecCases);
parity('watch and its variables', watchEnvironmentCases);
parity('watch -i', watchInteractiveCases);
