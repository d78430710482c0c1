import type { ClientConfig } from './config.ts';
import type { BadEndpoint, Endpoint } from './endpoints.ts';
import { type Explanation, explanationLines } from './errors.ts';
import type { Situation } from './explain/index.ts';
import type { Node } from './node.ts';

/** What explanations may draw on, as it is at the moment of asking. */
export class SituationView {
  readonly #config: ClientConfig;
  readonly #endpoints: readonly (Endpoint | BadEndpoint)[];
  readonly #nodes: readonly Node[];

  constructor(config: ClientConfig, endpoints: readonly (Endpoint | BadEndpoint)[], nodes: readonly Node[]) {
    this.#config = config;
    this.#endpoints = endpoints;
    this.#nodes = nodes;
  }

  now(): Situation {
    const { user, jwt, tls } = this.#config;
    return {
      endpoints: this.#endpoints.map((endpoint) => {
        const node = this.#nodes.find((candidate) => candidate.endpoint === endpoint);
        return { endpoint, failure: node?.failure, isConnected: node?.isConnected ?? false };
      }),
      tls,
      userName: jwt === undefined && user?.name !== '' ? user?.name : undefined,
      lacksPassword: jwt === undefined && user !== undefined && user.password === '',
      usesJwt: jwt !== undefined,
    };
  }
}

/** Tells why calls wait, each time the reasons change. */
export class WaitingNotice {
  readonly #situation: SituationView;
  readonly #tell: (explanations: readonly Explanation[]) => void;
  #told = '';

  constructor(situation: SituationView, tell: (explanations: readonly Explanation[]) => void) {
    this.#situation = situation;
    this.#tell = tell;
  }

  /** The waiting is over; the next one is news again. */
  reset(): void {
    this.#told = '';
  }

  async update(): Promise<void> {
    const { explainEndpoints } = await import('./explain/index.ts');
    const explanations = explainEndpoints(this.#situation.now());
    const text = explanationLines(explanations).join('\n');
    if (text === this.#told) return;
    this.#told = text;
    this.#tell(explanations);
  }
}
