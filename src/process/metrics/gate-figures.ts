import type { Family } from '../../figures/index.ts';
import { GATES, type GateValues } from '../flags/gates.ts';

/** Which feature gates are open, as etcd tells it. */
export function gateFamily(gates: GateValues): Family {
  const samples = Object.entries(gates).map(([name, isOn]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the values have the names of GATES
    const { stage } = GATES[name as keyof GateValues];
    return { labels: { name, stage: stage.toUpperCase() }, value: Number(isOn) };
  });
  return { name: 'etcd_server_feature_enabled', type: 'gauge', help: 'Whether a feature is enabled.', samples };
}
