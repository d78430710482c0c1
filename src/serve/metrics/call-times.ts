import { type Clock, secondsSince } from '../../base/index.ts';
import { type Family, Histogram } from '../../figures/index.ts';

/** Seconds; those that every Prometheus client begins with. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Labels = Readonly<Record<string, string>>;

/** How long calls take to be answered, by method: etcd's --metrics=extensive. */
export class CallTimes {
  readonly #clock: Clock;
  readonly #byPath = new Map<string, { readonly labels: Labels; readonly histogram: Histogram }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  serve(path: string, labels: Labels): void {
    this.#byPath.set(path, { labels, histogram: new Histogram(BOUNDS) });
  }

  /** Takes how long it is from now on until the call has ended, however it does. */
  take(path: string, ended: Promise<unknown>): void {
    const histogram = this.#byPath.get(path)?.histogram;
    const sinceMs = this.#clock.nowMs();
    const note = (): void => histogram?.observe(secondsSince(this.#clock, sinceMs));
    ended.then(note, note);
  }

  family(): Family {
    const samples = [...this.#byPath.values()].flatMap(({ labels, histogram }) => histogram.samples(labels));
    return { name: 'grpc_server_handling_seconds', type: 'histogram', help: 'Seconds that calls took.', samples };
  }
}
