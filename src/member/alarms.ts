import type { BucketReader, Capture, Journal } from '../backend/index.ts';
import { compareBytes } from '../base/index.ts';
import type { AlarmMember, AlarmType } from '../wire/index.ts';
import { AlarmMember as AlarmCodec } from '../wire/disk.ts';

export const ALARM = { NONE: 0, NOSPACE: 1, CORRUPT: 2 } as const satisfies Record<string, AlarmType>;

const NAMES = Object.keys(ALARM);

/** How etcd calls that kind of alarm; undefined for a number that stands for none. */
export const alarmName = (kind: number): string | undefined => NAMES[kind];

const NO_BYTES = new Uint8Array(0);

/** The alarms that are raised, by member. They survive restarts until they are disarmed. */
export class Alarms {
  readonly #journal: Journal;
  readonly #raised = new Map<string, AlarmMember>();

  constructor(buckets: BucketReader, journal: Journal) {
    this.#journal = journal;
    for (const [key] of buckets.records('alarm')) {
      const alarm = AlarmCodec.decode(key);
      this.#raised.set(nameOf(alarm), alarm);
    }
  }

  /** Those of a kind, or all for `NONE`. */
  list(kind: AlarmType): AlarmMember[] {
    return [...this.#raised.values()].filter(({ alarm }) => kind === ALARM.NONE || alarm === kind);
  }

  isRaised(kind: AlarmType): boolean {
    for (const { alarm } of this.#raised.values()) if (alarm === kind) return true;
    return false;
  }

  /** Returns the alarm, raised now or before. */
  raise(memberID: bigint, alarm: AlarmType): AlarmMember {
    const raised = { memberID, alarm };
    const before = this.#raised.get(nameOf(raised));
    if (before) return before;
    this.#raised.set(nameOf(raised), raised);
    this.#journal.put('alarm', encode(raised), NO_BYTES);
    return raised;
  }

  /** Undefined if it is not raised. */
  disarm(memberID: bigint, alarm: AlarmType): AlarmMember | undefined {
    const name = nameOf({ memberID, alarm });
    const raised = this.#raised.get(name);
    if (!raised) return undefined;
    this.#raised.delete(name);
    this.#journal.delete('alarm', encode(raised));
    return raised;
  }

  capture(): Capture {
    const keys = [...this.#raised.values()].map(encode).sort(compareBytes);
    return new Map([['alarm', keys.map((key) => [key, NO_BYTES] as const)]]);
  }
}

const nameOf = ({ memberID, alarm }: AlarmMember): string => `${memberID}/${alarm}`;

const encode = (alarm: AlarmMember): Uint8Array => AlarmCodec.encode(alarm).finish();
