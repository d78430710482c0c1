import { describe, expect, it } from 'vitest';
import { MemberGate } from '../../../src/embed/gate.ts';
import type { MemberApi, WatchSink } from '../../../src/member/index.ts';
import type { WatchRequest, WatchResponse } from '../../../src/wire/index.ts';

interface Double {
  readonly member: MemberApi;
  readonly calls: string[];
  readonly watchRequests: WatchRequest[];
  sink(): WatchSink | undefined;
  drained: number;
  changeLeader(): void;
}

const request: WatchRequest = { create_request: undefined, cancel_request: undefined, progress_request: undefined };

/** A member that answers everything with its own name, and keeps what it was asked. */
function makeMember(): Double {
  const calls: string[] = [];
  const watchRequests: WatchRequest[] = [];
  const listeners = new Set<() => void>();
  let sink: WatchSink | undefined;
  const group = (name: string) =>
    new Proxy(Object.create(null), {
      get: (_, method) => async () => {
        calls.push(`${name}.${String(method)}`);
        return name;
      },
    });
  const double: Double = {
    calls,
    watchRequests,
    sink: () => sink,
    drained: 0,
    changeLeader: () => {
      for (const listener of listeners) listener();
    },
    member: {
      kv: group('kv'),
      lease: group('lease'),
      cluster: group('cluster'),
      maintenance: group('maintenance'),
      auth: group('auth'),
      watch: (_caller, given) => {
        sink = given;
        return {
          request: (one) => void watchRequests.push(one),
          drained: () => {
            double.drained += 1;
          },
          close: () => void calls.push('watch.close'),
        };
      },
      header: () => ({ cluster_id: 1n, member_id: 2n, revision: 3n, raft_term: 4n }),
      hasLeader: () => true,
      alarms: () => [{ memberID: 2n, alarm: 1 }],
      isLearner: () => true,
      onLeaderChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
  return double;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asks for something, and tells whether it was answered. */
function ask(gate: MemberGate): { isAnswered: boolean; error: string } {
  const state = { isAnswered: false, error: '' };
  gate.maintenance.status({}).then(
    () => (state.isAnswered = true),
    (error: Error) => (state.error = error.message),
  );
  return state;
}

function makeSink(): WatchSink & { readonly sent: WatchResponse[]; readonly ended: string[] } {
  const sent: WatchResponse[] = [];
  const ended: string[] = [];
  return {
    sent,
    ended,
    isReady: () => true,
    send: (response) => void sent.push(response),
    end: (error) => void ended.push(error?.message ?? 'well'),
  };
}

const response = (id: bigint): WatchResponse => ({
  header: undefined,
  watch_id: id,
  created: false,
  canceled: false,
  compact_revision: 0n,
  cancel_reason: '',
  fragment: false,
  events: [],
});

describe('what is asked of a member', () => {
  it('waits until it is there', async () => {
    const gate = new MemberGate();
    const double = makeMember();
    const early = ask(gate);
    await settle();
    expect([early.isAnswered, gate.hasLeader(), gate.isLearner(), gate.header().member_id]).toEqual([
      false,
      false,
      false,
      0n,
    ]);
    expect(gate.alarms()).toEqual([]);
    gate.open(double.member);
    await settle();
    expect(gate.alarms()).toEqual([{ memberID: 2n, alarm: 1 }]);
    expect([early.isAnswered, gate.hasLeader(), gate.isLearner(), gate.header().member_id]).toEqual([
      true,
      true,
      true,
      2n,
    ]);
    expect(double.calls).toEqual(['maintenance.status']);
  });

  it('waits while it stands still', async () => {
    const gate = new MemberGate();
    const double = makeMember();
    gate.open(double.member);
    gate.pause();
    const asked = ask(gate);
    await settle();
    expect([asked.isAnswered, double.calls]).toEqual([false, []]);
    gate.resume();
    await settle();
    expect([asked.isAnswered, double.calls]).toEqual([true, ['maintenance.status']]);
  });

  it.each([
    ['was never there', () => undefined, false],
    ['stands still', (gate: MemberGate) => (gate.open(makeMember().member), gate.pause()), false],
    ['was there and answered', (gate: MemberGate) => gate.open(makeMember().member), true],
  ] as const)('is refused once it has gone, if it %s', async (_, prepare, isAnswered) => {
    const gate = new MemberGate();
    prepare(gate);
    const waiting = ask(gate);
    gate.shut();
    const late = ask(gate);
    await settle();
    expect([waiting.isAnswered, late.error]).toEqual([isAnswered, 'etcdserver: server stopped']);
  });
});

it('a change of leader is told to who listened before the member was there', () => {
  const gate = new MemberGate();
  const double = makeMember();
  let told = 0;
  const end = gate.onLeaderChange(() => (told += 1));
  gate.open(double.member);
  double.changeLeader();
  end();
  double.changeLeader();
  expect(told).toBe(1);
});

describe('a watch', () => {
  it('that came too early begins with the member', async () => {
    const gate = new MemberGate();
    const double = makeMember();
    const session = gate.watch({}, makeSink());
    session.request(request);
    expect(double.watchRequests).toEqual([]);
    gate.open(double.member);
    await settle();
    expect(double.watchRequests).toEqual([request]);
  });

  it('is held both ways while the member stands still, and goes on in order', () => {
    const gate = new MemberGate();
    const double = makeMember();
    gate.open(double.member);
    const sink = makeSink();
    const session = gate.watch({}, sink);
    double.sink()?.send(response(1n));
    gate.pause();
    expect(double.sink()?.isReady()).toBe(false);
    double.sink()?.send(response(2n));
    session.request(request);
    session.drained();
    expect([sink.sent.map(({ watch_id }) => watch_id), double.watchRequests.length, double.drained]).toEqual([
      [1n],
      0,
      0,
    ]);
    gate.resume();
    double.sink()?.send(response(3n));
    expect([sink.sent.map(({ watch_id }) => watch_id), double.watchRequests.length, double.drained]).toEqual([
      [1n, 2n, 3n],
      1,
      1,
    ]);
  });

  it('that waits is ended when the member goes', async () => {
    const gate = new MemberGate();
    const sink = makeSink();
    gate.watch({}, sink);
    gate.shut();
    await settle();
    expect(sink.ended).toEqual(['etcdserver: server stopped']);
  });

  it('is closed once', () => {
    const gate = new MemberGate();
    const double = makeMember();
    gate.open(double.member);
    const sink = makeSink();
    gate.watch({}, sink).close();
    double.sink()?.end();
    expect([double.calls, sink.ended]).toEqual([['watch.close'], []]);
  });
});
