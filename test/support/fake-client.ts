/**
 * A Client for the tests of commands: every method rejects with "unexpected
 * call" unless a stub answers it, every call is recorded, and `verify()` fails
 * if a stub was never used.
 *
 *     const client = fakeClient({ kv: { range: { kvs: [{ key: utf8('a') }], count: 1n } } });
 *     await run(client);
 *     client.verify();
 *     expect(client.requests('kv.range')).toMatchObject([{ key: utf8('a') }]);
 *
 * A stub is an answer, an Error to reject with, a function of the call's
 * arguments that gives one of these, or a list of them: one per call, in order.
 * Answers are partial messages, filled up with the wire's zero values. The
 * answer of a stream is `stream([...])`; an Error among its items ends it.
 */
import type * as api from '../../src/client/api.ts';
import type { Init } from '../../src/wire/index.ts';
import { fillers } from './fake-messages.ts';

/** What a stubbed stream yields: items in order; an Error among them is thrown there. */
export class Stream<Item> {
  readonly items: Iterable<Item | Error> | AsyncIterable<Item | Error>;
  constructor(items: Iterable<Item | Error> | AsyncIterable<Item | Error>) {
    this.items = items;
  }
}

/** The answer of a streaming method. */
export const stream = <Item>(items: Iterable<Item | Error> | AsyncIterable<Item | Error>): Stream<Item> =>
  new Stream(items);

type Answer<Result> =
  Result extends Promise<infer Message>
    ? Init<Message>
    : Result extends AsyncIterable<infer Item>
      ? Stream<Partial<Init<Item>>>
      : undefined;

type Stub<Method> = Method extends (...args: infer Args) => infer Result
  ? Once<Args, Result> | readonly Once<Args, Result>[]
  : never;

type Once<Args extends unknown[], Result> =
  | Answer<Result>
  | Error
  | ((...args: Args) => Answer<Result> | Error | Promise<Answer<Result> | Error>);

type Service = 'kv' | 'lease' | 'watch' | 'cluster' | 'maintenance' | 'auth';

/** Stubs by service and method, plus the client's endpoints (one of localhost by default). */
export type Stubs = {
  readonly [S in Service]?: { readonly [M in keyof api.Client[S]]?: Stub<api.Client[S][M]> };
} & { readonly endpoints?: readonly string[] };

/** One call that a test subject made. */
export interface RecordedCall {
  /** `kv.range`, `watch.requestProgress`, … */
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface FakeClient extends api.Client {
  readonly calls: readonly RecordedCall[];
  readonly closed: boolean;
  /** The first argument of every call of one method, in order. */
  requests(method: string): unknown[];
  /** Throws if a stub, or an entry of a stub's list, was not used, or a call had no stub. */
  verify(): void;
}

const STREAMS = new Set(['kv.rangeStream', 'lease.keepAlive', 'maintenance.snapshot', 'watch.watch']);
const SILENT = new Set(['watch.requestProgress']);

export function fakeClient(stubs: Stubs = {}): FakeClient {
  const calls: RecordedCall[] = [];
  const unexpected: string[] = [];
  const used = new Map<string, number>();

  const take = (method: string, args: readonly unknown[]): unknown => {
    calls.push({ method, args });
    const stub = lookUp(stubs, method);
    const turn = used.get(method) ?? 0;
    used.set(method, turn + 1);
    const once = Array.isArray(stub) ? stub[turn] : stub;
    if (once === undefined && !(SILENT.has(method) && !Array.isArray(stub))) {
      unexpected.push(method);
      return new Error(`unexpected call of ${method} (call ${turn + 1})`);
    }
    return typeof once === 'function' ? Reflect.apply(once, undefined, args) : once;
  };

  let closed = false;
  return {
    ...services(take),
    endpoints: stubs.endpoints ?? ['127.0.0.1:2379'],
    close: () => {
      closed = true;
    },
    calls,
    get closed() {
      return closed;
    },
    requests: (method) => calls.filter((call) => call.method === method).map((call) => call.args[0]),
    verify: () => {
      const problems = unexpected.map((method) => `${method} was called without a stub`);
      for (const method of stubbed(stubs)) {
        const stub = lookUp(stubs, method);
        const wanted = Array.isArray(stub) ? stub.length : 1;
        const got = used.get(method) ?? 0;
        if (got < wanted) problems.push(`${method} was stubbed for ${wanted} call(s), got ${got}`);
      }
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
}

type Take = (method: string, args: readonly unknown[]) => unknown;

/** Proxies, so that a method added to the API is "unexpected" without a change here. */
function services(take: Take): Pick<api.Client, Service> {
  const service = (name: string) =>
    new Proxy(Object.create(null), {
      get: (_, method) => {
        if (typeof method !== 'string' || method === 'then') return undefined;
        return (...args: unknown[]) => answer(`${name}.${method}`, args, take);
      },
    });
  return {
    kv: service('kv'),
    lease: service('lease'),
    watch: service('watch'),
    cluster: service('cluster'),
    maintenance: service('maintenance'),
    auth: service('auth'),
  };
}

function answer(method: string, args: readonly unknown[], take: Take): unknown {
  if (SILENT.has(method)) return void take(method, args);
  if (STREAMS.has(method)) return iterate(method, take(method, args));
  return settle(method, take(method, args));
}

async function settle(method: string, taken: unknown): Promise<unknown> {
  const result = await taken;
  if (result instanceof Error) throw result;
  return fill(method, result);
}

async function* iterate(method: string, taken: unknown): AsyncGenerator {
  const result = await taken;
  if (result instanceof Error) throw result;
  if (!(result instanceof Stream)) throw new Error(`the stub of ${method} must give stream([...])`);
  for await (const item of result.items) {
    if (item instanceof Error) throw item;
    yield fill(method, item);
  }
}

function fill(method: string, message: unknown): unknown {
  const filler = fillers[method];
  if (filler === undefined) throw new Error(`fake-messages.ts does not know the response of ${method}`);
  if (typeof message !== 'object' || message === null) throw new Error(`the stub of ${method} must give a message`);
  return filler(message);
}

function lookUp(stubs: Stubs, method: string): unknown {
  const [service = '', name = ''] = method.split('.');
  const methods: unknown = Reflect.get(stubs, service);
  return typeof methods === 'object' && methods !== null ? Reflect.get(methods, name) : undefined;
}

function stubbed(stubs: Stubs): string[] {
  return Object.entries(stubs).flatMap(([service, methods]) =>
    service === 'endpoints' ? [] : Object.keys(methods).map((method) => `${service}.${method}`),
  );
}
