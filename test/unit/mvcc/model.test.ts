import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTxn, type Store } from '../../../src/mvcc/index.ts';
import { EtcdError } from '../../../src/wire/etcd-error.ts';
import type {
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
  TxnResponse,
} from '../../../src/wire/index.ts';
import { ALL, bytes, compare, del, FakeLeases, openWorld, put, range, text, txn, type World } from './harness.ts';
import { Model, ModelError, type Pair, pairOf } from './model.ts';

const SEED = 20_261_123;
const LEASES = [11n, 12n];

const key = fc.constantFrom('a', 'aa', 'ab', 'b', 'c', 'd', '\xff');
const end = fc.constantFrom('', '', 'b', 'c', 'e', '\0', '\xff\xff');
const value = fc.constantFrom('', '1', '2', 'x'.repeat(200));
const lease = fc.constantFrom(0n, 0n, 0n, ...LEASES, 99n);
/** Small, so that it means something, and beyond what there is. */
const revision = fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, fc.bigInt(-1n, 40n));
const bound = fc.oneof({ weight: 5, arbitrary: fc.constant(0n) }, fc.bigInt(1n, 30n));

const aPut: fc.Arbitrary<PutRequest> = fc
  .record({ key, value, lease, prev_kv: fc.boolean(), keep: fc.constantFrom('', '', '', 'value', 'lease') })
  .map(({ key, value, lease, prev_kv, keep }) =>
    put(key, keep === 'value' ? '' : value, {
      lease: keep === 'lease' ? 0n : lease,
      prev_kv,
      ignore_value: keep === 'value',
      ignore_lease: keep === 'lease',
    }),
  );
const aDelete: fc.Arbitrary<DeleteRangeRequest> = fc
  .record({ key, end, prev_kv: fc.boolean() })
  .map(({ key, end, prev_kv }) => del(key, end, { prev_kv }));
const aRange: fc.Arbitrary<RangeRequest> = fc
  .record({
    key,
    end,
    fields: fc.record({
      limit: fc.bigInt(-1n, 4n),
      revision,
      sort_order: fc.constantFrom(0, 0, 1, 2),
      sort_target: fc.constantFrom(0, 1, 2, 3, 4),
      keys_only: fc.boolean(),
      count_only: fc.constantFrom(false, false, false, true),
      min_mod_revision: bound,
      max_mod_revision: bound,
      min_create_revision: bound,
      max_create_revision: bound,
    }),
  })
  .map(({ key, end, fields }) => range(key, end, fields));
const aCompare = fc
  .record({
    key,
    range_end: end,
    result: fc.constantFrom(0, 1, 2, 3),
    target: fc.constantFrom('version', 'create_revision', 'mod_revision', 'value', 'lease'),
    number: fc.bigInt(0n, 12n),
    value,
  })
  .map(({ target, number, value, ...rest }) =>
    compare({
      ...rest,
      target: ['version', 'create_revision', 'mod_revision', 'value', 'lease'].indexOf(target),
      [target]: target === 'value' ? value : number,
    }),
  );

const { aTxn } = fc.letrec<{ aTxn: TxnRequest; op: RequestOp }>((tie) => ({
  op: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    aPut.map((request_put): RequestOp => ({ request_put })),
    aDelete.map((request_delete_range): RequestOp => ({ request_delete_range })),
    aRange.map((request_range): RequestOp => ({ request_range })),
    tie('aTxn').map((request_txn): RequestOp => ({ request_txn })),
  ),
  aTxn: fc
    .tuple(
      fc.array(tie('op'), { maxLength: 4 }),
      fc.array(tie('op'), { maxLength: 3 }),
      fc.array(aCompare, { maxLength: 2 }),
    )
    .map(([success, failure, compares]) => txn(success, failure, compares)),
}));

export type Command =
  | { readonly put: PutRequest }
  | { readonly delete: DeleteRangeRequest }
  | { readonly txn: TxnRequest }
  | { readonly range: RangeRequest }
  | { readonly compact: bigint }
  | { readonly revoke: readonly string[] }
  | { readonly advance: number }
  | { readonly reopen: true };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: aPut.map((put) => ({ put })) },
  { weight: 2, arbitrary: aDelete.map((request) => ({ delete: request })) },
  { weight: 4, arbitrary: aTxn.map((txn) => ({ txn })) },
  { weight: 4, arbitrary: aRange.map((range) => ({ range })) },
  { weight: 1, arbitrary: fc.bigInt(1n, 30n).map((compact) => ({ compact })) },
  { weight: 1, arbitrary: fc.array(key, { maxLength: 3 }).map((revoke) => ({ revoke })) },
  { weight: 2, arbitrary: fc.nat(30).map((advance) => ({ advance })) },
  { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
);

/** The texts of refusals that the model has in short. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['etcdserver: mvcc: required revision is a future revision', 'future'],
  ['etcdserver: mvcc: required revision has been compacted', 'compacted'],
  ['etcdserver: requested lease not found', 'lease not found'],
  ['etcdserver: key not found', 'key not found'],
]);

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof ModelError) return `refused: ${error.message}`;
    if (error instanceof EtcdError) return `refused: ${REFUSALS.get(error.message) ?? error.message}`;
    throw error;
  }
}

const maybePair = (kv: Parameters<typeof pairOf>[0] | undefined): Pair | undefined => kv && pairOf(kv);

function flatten(response: TxnResponse): unknown[] {
  return response.responses.flatMap((op): unknown[] => {
    if (op.response_put) return [{ put: maybePair(op.response_put.prev_kv) }];
    if (op.response_delete_range) {
      const { deleted, prev_kvs } = op.response_delete_range;
      return [{ deleted: Number(deleted), was: prev_kvs.map(pairOf) }];
    }
    if (op.response_range) return [rangeOutcome(op.response_range)];
    return op.response_txn ? flatten(op.response_txn) : [];
  });
}

const rangeOutcome = ({ kvs, more, count }: ReturnType<Store['range']>): unknown => ({
  kvs: kvs.map(pairOf),
  more,
  count: Number(count),
});

class Pairing {
  readonly model = new Model();
  world: World;

  constructor() {
    const leases = new FakeLeases();
    for (const id of LEASES) {
      leases.grant(id);
      this.model.leases.add(id);
    }
    this.world = openWorld({ compactionBatchLimit: 3 }, undefined, leases);
  }

  run(command: Command): void {
    const { model } = this;
    const { store, clock, disk } = this.world;
    if ('put' in command) {
      expect(outcome(() => maybePair(store.put(command.put).prev_kv))).toEqual(outcome(() => model.put(command.put)));
    } else if ('delete' in command) {
      const response = store.deleteRange(command.delete);
      const gone = model.deleteRange(command.delete);
      expect(Number(response.deleted)).toBe(gone.length);
      expect(response.prev_kvs.map(pairOf)).toEqual(command.delete.prev_kv ? gone : []);
    } else if ('txn' in command) {
      if (String(outcome(() => checkTxn(command.txn))).startsWith('refused')) return;
      expect(outcome(() => flatten(store.txn(command.txn)))).toEqual(outcome(() => model.txn(command.txn)));
    } else if ('range' in command) {
      expect(outcome(() => rangeOutcome(store.range(command.range)))).toEqual(
        outcome(() => model.range(command.range)),
      );
    } else if ('compact' in command) {
      expect(outcome(() => void store.compact(command.compact))).toBe(outcome(() => model.compact(command.compact)));
    } else if ('revoke' in command) {
      store.deleteKeys(command.revoke.map(bytes));
      model.deleteKeys(command.revoke);
    } else if ('advance' in command) {
      clock.advance(command.advance);
    } else {
      const leases = new FakeLeases();
      for (const id of LEASES) leases.grant(id);
      store.close();
      this.world = openWorld({ compactionBatchLimit: 3 }, disk.copy(), leases);
    }
    this.check();
  }

  check(): void {
    const { store, leases } = this.world;
    expect(store.revision).toBe(this.model.revision);
    expect(store.compactRevision).toBe(this.model.compacted);
    expect(store.keyCount).toBe(this.model.state().length);
    for (const [id, keys] of this.model.keysByLease) expect(leases.of(id)).toEqual(keys);
  }

  /** Every revision that is still served reads as it did. */
  checkHistory(): void {
    const { store } = this.world;
    for (let at = this.model.revision; at >= 1n && at >= this.model.compacted; at--) {
      expect(store.range(range(...ALL, { revision: at })).kvs.map(pairOf)).toEqual(this.model.state(at));
    }
  }
}

const dump = (records: Iterable<readonly [Uint8Array, Uint8Array]>): string[] =>
  Array.from(records, ([k, v]) => `${text(k)}:${text(v)}`);

describe('the store against a plain model', () => {
  it('[inv 14] [inv 15] [inv 16] [inv 19] [inv 22] answers every request as the model does, and keeps its history', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
        const pairing = new Pairing();
        for (const each of commands) pairing.run(each);
        pairing.checkHistory();
        pairing.world.clock.advance(1000);
        pairing.checkHistory();
      }),
      { seed: SEED, numRuns: 120 },
    );
  });

  it('[inv 18] [inv 20] comes to the same state and hashes from the same requests, whatever the compactions have got to', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 20, maxLength: 50 }), (commands) => {
        const [eager, lazy] = [new Pairing(), new Pairing()];
        for (const each of commands) {
          eager.run(each);
          eager.world.clock.advance(1000);
          if (!('advance' in each) && !('reopen' in each)) lazy.run(each);
        }
        const { store } = eager.world;
        const hashes = (of: Store): unknown[] => {
          const found: unknown[] = [];
          for (let at = of.revision; at > of.compactRevision && at >= 1n; at--) found.push(of.hashKv(at).hash);
          return found;
        };
        expect(hashes(lazy.world.store)).toEqual(hashes(store));
        lazy.world.clock.advance(100_000);
        expect(dump(lazy.world.disk.records('key'))).toEqual(dump(eager.world.disk.records('key')));
        expect(dump(store.capture().get('key')!)).toEqual(dump(eager.world.disk.records('key')));
        expect(dump(store.metaRecords())).toEqual(dump(eager.world.disk.records('meta')));
        expect(store.sizeBytes).toBe(
          eager.world.disk.records('key').reduce((sum, [k, v]) => sum + k.length + v.length, 0),
        );
      }),
      { seed: SEED + 1, numRuns: 80 },
    );
  });
});
