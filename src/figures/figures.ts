import { CATALOGUE, type Described, type Kind } from './catalogue.ts';
import type { Family } from './exposition.ts';
import { Histogram } from './histogram.ts';

type Catalogue = typeof CATALOGUE;
type NameOf<K extends Kind> = {
  [Name in keyof Catalogue]: Catalogue[Name]['type'] extends K ? Name : never;
}[keyof Catalogue];
/** One value for each label, in the order of the catalogue. */
type LabelsOf<Name extends keyof Catalogue> = Texts<Catalogue[Name]['labels']>;
type Texts<Labels extends readonly string[]> = { readonly [At in keyof Labels]: string };

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  readonly histogram: Histogram | undefined;
}

/** The figures of one member. Those without labels are there from the start: a rate needs a beginning. */
export class Figures {
  readonly #families = new Map<string, Map<string, Series>>();

  constructor() {
    for (const [name, described] of Object.entries<Described>(CATALOGUE)) {
      this.#families.set(name, new Map());
      if (described.labels.length === 0) this.#series(name, []);
    }
  }

  /** A gauge may also be added a negative number to. */
  add<Name extends NameOf<'counter' | 'gauge'>>(name: Name, by = 1, ...labels: LabelsOf<Name>): void {
    this.#series(name, labels).value += by;
  }

  set<Name extends NameOf<'gauge'>>(name: Name, value: number, ...labels: LabelsOf<Name>): void {
    this.#series(name, labels).value = value;
  }

  observe<Name extends NameOf<'histogram'>>(name: Name, value: number, ...labels: LabelsOf<Name>): void {
    this.#series(name, labels).histogram?.observe(value);
  }

  families(): Family[] {
    return Object.entries<Described>(CATALOGUE).map(([name, { type, help }]) => {
      const all = [...(this.#families.get(name)?.values() ?? [])];
      const samples = all.flatMap(({ labels, value, histogram }) => histogram?.samples(labels) ?? [{ labels, value }]);
      return { name, type, help, samples };
    });
  }

  #series(name: string, values: readonly string[]): Series {
    const [first = ''] = values;
    const key = values.length < 2 ? first : values.join('\0');
    const known = this.#families.get(name)?.get(key);
    return known ?? this.#begin(name, key, values);
  }

  #begin(name: string, key: string, values: readonly string[]): Series {
    const described: Described | undefined = Object.entries<Described>(CATALOGUE).find(([each]) => each === name)?.[1];
    const labels = Object.fromEntries((described?.labels ?? []).map((label, at) => [label, values[at] ?? '']));
    const histogram = described?.bounds && new Histogram(described.bounds);
    const series = { labels, value: 0, histogram };
    this.#families.get(name)?.set(key, series);
    return series;
  }
}
