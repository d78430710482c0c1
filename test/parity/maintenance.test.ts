import { alarmCases, defragCases, downgradeCases, moveLeaderCases, snapshotCases } from './cases/maintenance.ts';
import { parity } from './harness/suite.ts';

parity('alarm', alarmCases);
parity('defrag', defragCases);
parity('move-leader', moveLeaderCases);
parity('snapshot', snapshotCases);
parity('downgrade', downgradeCases);
