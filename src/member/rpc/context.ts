import type { Identity } from '../../auth/index.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { Caller } from '../api.ts';
import { fillHeader } from '../apply/apply-rooms.ts';
import type { Core } from '../core.ts';
import type { Content } from '../content.ts';

const UNKNOWN = 2;
/** The user whom the member itself is, and who is there whenever users are asked for. */
const ROOT = 'root';

/** What all calls have in common: who asks, what a learner may do, and the way through the log. */
export class RpcContext {
  readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  get state(): Core['state'] {
    return this.core.state;
  }

  /** A learner answers next to nothing, as its state may be far behind. */
  refuseLearner(): void {
    if (this.isLearner()) throw refuse.notSupportedForLearner();
    if (this.core.isStopped) throw refuse.stopped();
  }

  isLearner(): boolean {
    return this.state.isLearner;
  }

  /** Undefined for nobody in particular. @throws EtcdError invalidAuthToken */
  async identify(caller: Caller): Promise<Identity | undefined> {
    const { auth } = this.state;
    if (!auth.enabled) return undefined;
    return caller.asRoot ? { name: ROOT, revision: auth.revision } : auth.identify(this.#trusted(caller));
  }

  /** As `identify`, at once, for one who was identified before. */
  identifyAgain(caller: Caller): Identity | undefined {
    const { auth } = this.state;
    return auth.enabled ? auth.identifyAgain(this.#trusted(caller)) : undefined;
  }

  /** @throws EtcdError unless it is an administrator who asks */
  async checkAdmin(caller: Caller): Promise<void> {
    this.state.auth.access.checkAdmin(await this.identify(caller));
  }

  /** @throws EtcdError if nobody in particular asks */
  async checkNamed(caller: Caller): Promise<Identity | undefined> {
    const identity = await this.identify(caller);
    this.state.auth.access.checkNamed(identity);
    return identity;
  }

  /** Puts a request through the log; resolves with the response, whose kind follows from the request's. */
  async propose<T extends object>(content: Content, caller: Caller): Promise<T> {
    const identity = await this.identify(caller);
    return (await this.core.proposer.propose<T>(content, identity, caller.signal)).response;
  }

  /**
   * Reads from the state with the caller's permission, which has to hold until the answer is made.
   * @throws EtcdError
   */
  async read<T extends object>(caller: Caller, check: (identity: Identity) => void, answer: () => T): Promise<T> {
    const identity = (await this.identify(caller)) ?? { name: '', revision: 0n };
    check(identity);
    const response = fillHeader(this.state, answer());
    if (identity.revision !== 0n && identity.revision !== this.state.auth.revision) throw refuse.authOldRevision();
    return response;
  }

  #trusted({ token, commonName, signal }: Caller): Caller {
    return { token, commonName: this.core.limits.clientCertAuth ? commonName : undefined, signal };
  }
}

export const unknownError = (text: string): EtcdError => new EtcdError(UNKNOWN, text);
