import { type ConfChange, RaftError, type RaftNode } from '../../raft/index.ts';
import { EtcdError } from '../../wire/etcd-error.ts';

/** gRPC's code for what etcd has none for. */
const UNKNOWN = 2;

/** A proposal that waits to be handed to the node: an entry's data, or a change of the membership. */
export interface Proposal {
  readonly data: Uint8Array | ConfChange;
  /** Whether anyone still wants it. */
  isWanted(): boolean;
  dropped(error: Error): void;
}

/** Proposals in the order in which they were made, until there is a leader to take them. */
export class Proposals {
  #waiting: Proposal[] = [];

  add(proposal: Proposal): void {
    this.#waiting.push(proposal);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Those that no one waits for any more would gather for as long as there is no leader. */
  forgetUnwanted(): void {
    this.#waiting = this.#waiting.filter((proposal) => proposal.isWanted());
  }

  /** Hands all of them to a node: entries that follow each other together, a change of the membership by itself. */
  handTo(node: RaftNode): void {
    if (this.#waiting.length === 0) return;
    this.forgetUnwanted();
    const proposals = this.#waiting;
    this.#waiting = [];
    let batch: Proposal[] = [];
    for (const proposal of proposals) {
      if (proposal.data instanceof Uint8Array) batch.push(proposal);
      else {
        proposeAll(node, batch);
        batch = [];
        proposeAll(node, [proposal]);
      }
    }
    proposeAll(node, batch);
  }
}

function proposeAll(node: RaftNode, proposals: readonly Proposal[]): void {
  const [first] = proposals;
  if (!first) return;
  try {
    if (first.data instanceof Uint8Array) node.propose(...proposals.map(({ data }) => data).filter(isBytes));
    else node.proposeConfChange(first.data);
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    for (const proposal of proposals) proposal.dropped(new EtcdError(UNKNOWN, error.message));
  }
}

const isBytes = (data: Uint8Array | ConfChange): data is Uint8Array => data instanceof Uint8Array;
