import { describeMessage, isLocalTarget, type Message, type MessageType } from '../../../src/raft/index.ts';
import { Member, type MemberConfig } from './member.ts';
import { Output } from './output.ts';
import type { Snapshot } from '../../../src/raft/index.ts';

export interface Recipient {
  readonly id: bigint;
  readonly drop: boolean;
}

/** The members of one transcript, numbered from 1, and the messages between them that are not delivered yet. */
export class Env {
  readonly output = new Output();
  readonly members: Member[] = [];
  inFlight: Message[] = [];

  addMember(config: MemberConfig, initial: Snapshot): void {
    const id = BigInt(this.members.length + 1);
    this.members.push(new Member(id, config, initial, this.output));
  }

  /** @throws when there is no such member */
  member(id: bigint): Member {
    const member = this.members[Number(id) - 1];
    if (member === undefined) {
      throw new Error(`there is no node ${id}`);
    }
    return member;
  }

  /** Delivers or drops what is in flight to each recipient, in turn. @returns how many messages that were */
  deliver(recipients: readonly Recipient[], type: MessageType | undefined): number {
    let count = 0;
    for (const { id, drop } of recipients) {
      const matches = (m: Message) => isFor(m, id, type, drop);
      const taken = this.inFlight.filter(matches);
      this.inFlight = this.inFlight.filter((m) => !matches(m));
      count += taken.length;
      for (const m of taken) {
        this.output.write(`${drop ? 'dropped: ' : ''}${describeMessage(m)}\n`);
        if (!drop) {
          this.#step(m);
        }
      }
    }
    return count;
  }

  hasMessagesFor(id: bigint): boolean {
    return this.inFlight.some((m) => isFor(m, id, undefined, false));
  }

  #step(m: Message): void {
    try {
      this.member(m.to).node.step(m);
    } catch (error) {
      this.output.write(`${messageOf(error)}\n`);
    }
  }
}

/** The text of an error that a node may answer with; anything else is a bug and thrown on. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && error.name === 'RaftError') {
    return error.message;
  }
  throw error;
}

/** What a node sends to itself or its own storage goes through memory: it is never lost. */
function isFor(m: Message, id: bigint, type: MessageType | undefined, drop: boolean): boolean {
  const isLocal = m.from === m.to || isLocalTarget(m.from) || isLocalTarget(m.to);
  return m.to === id && !(drop && isLocal) && (type === undefined || m.type === type);
}
