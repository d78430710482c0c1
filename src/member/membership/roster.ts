import type { BucketReader, Capture, Journal, Record } from '../../backend/index.ts';
import { compareBytes, formatJson, type JsonValue, parseJson, utf8Decode, utf8Encode } from '../../base/index.ts';
import type { DowngradeState } from '../cluster-version.ts';
import { formatVersion, parseVersion, type Version } from '../versions.ts';
import { formatId } from '../../base/member-ids.ts';
import { decodeRecord, encodeRecord, type MemberRecord } from './record.ts';

const CLUSTER_VERSION = utf8Encode('clusterVersion');
const DOWNGRADE = utf8Encode('downgrade');
const REMOVED = utf8Encode('removed');
const NO_DOWNGRADE: DowngradeState = { enabled: false, target: '' };

/** Who belongs to the cluster, who did once, and which version it is at. Changed by what is applied alone. */
export class Roster {
  readonly #journal: Journal;
  readonly #members = new Map<bigint, MemberRecord>();
  /** The ids of those that were removed: they do not come back. */
  readonly #removed = new Set<bigint>();
  #version: Version | undefined;
  #downgrade: DowngradeState = NO_DOWNGRADE;
  /** Whether there was anything to say of a downgrade, once. */
  #hasDowngradeRecord = false;

  constructor(buckets: BucketReader, journal: Journal) {
    this.#journal = journal;
    for (const [, value] of buckets.records('members')) this.#load(decodeRecord(value));
    for (const [key] of buckets.records('members_removed')) this.#removed.add(BigInt(`0x${utf8Decode(key)}`));
    for (const [key, value] of buckets.records('cluster')) {
      if (compareBytes(key, CLUSTER_VERSION) === 0) this.#version = parseVersion(utf8Decode(value));
      if (compareBytes(key, DOWNGRADE) === 0) {
        this.#downgrade = decodeDowngrade(value);
        this.#hasDowngradeRecord = true;
      }
    }
  }

  /** In order of their ids. */
  get members(): MemberRecord[] {
    return [...this.#members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get voters(): MemberRecord[] {
    return this.members.filter(({ isLearner }) => !isLearner);
  }

  get version(): Version | undefined {
    return this.#version;
  }

  get downgrade(): DowngradeState {
    return this.#downgrade;
  }

  /** In order. */
  get removedIds(): bigint[] {
    return [...this.#removed].sort((a, b) => (a < b ? -1 : 1));
  }

  member(id: bigint): MemberRecord | undefined {
    return this.#members.get(id);
  }

  isRemoved(id: bigint): boolean {
    return this.#removed.has(id);
  }

  add({ id, name, peerUrls, clientUrls, isLearner }: MemberRecord): void {
    this.#save({ id, name, peerUrls, clientUrls, isLearner });
  }

  remove(id: bigint): void {
    this.#members.delete(id);
    this.#removed.add(id);
    this.#journal.delete('members', keyOf(id));
    this.#journal.put('members_removed', keyOf(id), REMOVED);
  }

  promote(id: bigint): void {
    this.#change(id, { isLearner: false });
  }

  setPeerUrls(id: bigint, peerUrls: readonly string[]): void {
    this.#change(id, { peerUrls });
  }

  setAttributes(id: bigint, name: string, clientUrls: readonly string[]): void {
    this.#change(id, { name, clientUrls });
  }

  setVersion(version: Version): void {
    this.#version = version;
    this.#journal.put('cluster', CLUSTER_VERSION, utf8Encode(formatVersion(version)));
  }

  setDowngrade(downgrade: DowngradeState): void {
    this.#downgrade = downgrade;
    this.#hasDowngradeRecord = true;
    this.#journal.put('cluster', DOWNGRADE, encodeDowngrade(downgrade));
  }

  capture(): Capture {
    const cluster: Record[] = [];
    if (this.#version) cluster.push([CLUSTER_VERSION, utf8Encode(formatVersion(this.#version))]);
    if (this.#hasDowngradeRecord) cluster.push([DOWNGRADE, encodeDowngrade(this.#downgrade)]);
    const members = this.members.map((member): Record => [keyOf(member.id), encodeRecord(member)]);
    const removed = [...this.#removed].map((id): Record => [keyOf(id), REMOVED]);
    return new Map([
      ['cluster', cluster],
      ['members', inOrder(members)],
      ['members_removed', inOrder(removed)],
    ]);
  }

  /** Nothing happens to one that is not there any more. */
  #change(id: bigint, change: Partial<MemberRecord>): void {
    const before = this.#members.get(id);
    if (before) this.#save({ ...before, ...change });
  }

  #save(member: MemberRecord): void {
    this.#members.set(member.id, member);
    this.#journal.put('members', keyOf(member.id), encodeRecord(member));
  }

  #load({ id, name, peerUrls, clientUrls, isLearner }: MemberRecord): void {
    this.#members.set(id, { id, name, peerUrls, clientUrls, isLearner });
  }
}

const keyOf = (id: bigint): Uint8Array => utf8Encode(formatId(id));

const inOrder = (records: Record[]): Record[] => records.sort(([a], [b]) => compareBytes(a, b));

const encodeDowngrade = ({ enabled, target }: DowngradeState): Uint8Array =>
  utf8Encode(formatJson({ 'target-version': target, enabled }));

function decodeDowngrade(bytes: Uint8Array): DowngradeState {
  const json: JsonValue = parseJson(utf8Decode(bytes));
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return NO_DOWNGRADE;
  const target = json['target-version'];
  return { enabled: json['enabled'] === true, target: typeof target === 'string' ? target : '' };
}
