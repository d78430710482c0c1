import type { Family, Sample } from './exposition.ts';

/** What is counted as it happens, beside the calls. */
const described = {
  etcd_server_health_success: ['counter', 'The number of health checks that went well.'],
  etcd_server_health_failures: ['counter', 'The number of health checks that found something wrong.'],
  etcd_server_healthcheck: ['gauge', 'Whether each kind of health check went well the last time.'],
  etcd_server_healthchecks_total: ['counter', 'The number of health checks of each kind, by their result.'],
} as const satisfies Record<string, readonly [Family['type'], string]>;

type Name = keyof typeof described;
type Labels = Readonly<Record<string, string>>;

export class Counters {
  readonly #samples = new Map<Name, Map<string, { readonly labels: Labels; value: number }>>();

  constructor() {
    // Zero is a figure, too: a rate needs a beginning.
    for (const name of ['etcd_server_health_success', 'etcd_server_health_failures'] as const) this.set(name, {}, 0);
  }

  add(name: Name, labels: Labels = {}): void {
    this.#sample(name, labels).value += 1;
  }

  set(name: Name, labels: Labels, value: number): void {
    this.#sample(name, labels).value = value;
  }

  families(): Family[] {
    return [...this.#samples].map(([name, samples]) => {
      const [type, help] = described[name];
      return { name, type, help, samples: [...samples.values()] satisfies Sample[] };
    });
  }

  #sample(name: Name, labels: Labels): { value: number } {
    const samples = this.#samples.get(name) ?? new Map<string, { readonly labels: Labels; value: number }>();
    this.#samples.set(name, samples);
    const key = JSON.stringify(labels);
    const sample = samples.get(key) ?? { labels, value: 0 };
    samples.set(key, sample);
    return sample;
  }
}
