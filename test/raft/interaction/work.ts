import { describeMessage, describeReady, isLocalTarget, type Message } from '../../../src/raft/index.ts';
import type { Env } from './env.ts';
import type { Member } from './member.ts';

export function processReady(env: Env, member: Member): void {
  const { node } = member;
  const isAsync = member.config.asyncStorageWrites ?? false;
  const ready = node.ready();
  env.output.write(describeReady(ready));
  if (!isAsync) {
    member.persist(ready.hardState, ready.entries, ready.snapshot);
    member.apply(ready.committedEntries);
  }
  for (const m of ready.messages) {
    if (isLocalTarget(m.to)) {
      (m.type === 'MsgStorageAppend' ? member.appendWork : member.applyWork).push(m);
    } else {
      env.inFlight.push(m);
    }
  }
  if (!isAsync) {
    node.advance();
  }
}

export function processAppendThread(env: Env, member: Member): void {
  processWork(env, member.appendWork, 'append', ({ term, vote, commit, entries, snapshot }) => {
    member.persist({ term, vote, commit }, entries, snapshot);
  });
}

export function processApplyThread(env: Env, member: Member): void {
  processWork(env, member.applyWork, 'apply', ({ entries }) => member.apply(entries));
}

function processWork(env: Env, work: Message[], what: string, perform: (m: Message) => void): void {
  const m = work.shift();
  if (m === undefined) {
    env.output.write(`no ${what} work to perform`);
    return;
  }
  env.output.write(`Processing:\n${describeMessage({ ...m, responses: [] })}\n`);
  perform(m);
  env.output.write(`Responses:\n${m.responses.map((response) => `${describeMessage(response)}\n`).join('')}`);
  env.inFlight.push(...m.responses);
}

/** Lets the members work, each in turn, until nobody has anything to do. */
export function stabilize(env: Env, members: readonly Member[]): void {
  for (let isDone = false; !isDone; ) {
    isDone = true;
    const work = (member: Member, what: string, perform: () => void): void => {
      isDone = false;
      env.output.write(`> ${member.id} ${what}\n`);
      perform();
    };
    for (const member of members.filter(({ node }) => node.hasReady())) {
      work(member, 'handling Ready', () => env.output.indented(() => processReady(env, member)));
    }
    for (const member of members) {
      if (env.hasMessagesFor(member.id)) {
        work(member, 'receiving messages', () =>
          env.output.indented(() => env.deliver([{ id: member.id, drop: false }], undefined)),
        );
      }
    }
    for (const member of members.filter(({ appendWork }) => appendWork.length > 0)) {
      work(member, 'processing append thread', () => {
        while (member.appendWork.length > 0) {
          env.output.indented(() => processAppendThread(env, member));
        }
      });
    }
    for (const member of members.filter(({ applyWork }) => applyWork.length > 0)) {
      work(member, 'processing apply thread', () => {
        while (member.applyWork.length > 0) {
          env.output.indented(() => processApplyThread(env, member));
        }
      });
    }
  }
}
