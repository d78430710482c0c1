import { crc32c } from '../base/index.ts';
import { WalRecord } from '../wire/disk.ts';
import { frame } from './frame.ts';

/** What a record holds. */
export const RecordType = { METADATA: 1, ENTRY: 2, STATE: 3, CRC: 4, SNAPSHOT: 5 } as const;

/** The checksum and the frame of records, one after another: each record carries the checksum of all data so far. */
export class RecordEncoder {
  #crc: number;

  /** @param crc the checksum of all that came before. */
  constructor(crc = 0) {
    this.#crc = crc;
  }

  get crc(): number {
    return this.#crc;
  }

  /** The framed record; without data it carries the running checksum alone. */
  encode(type: number, data?: Uint8Array): Uint8Array {
    if (data) this.#crc = crc32c(data, this.#crc);
    return frame(WalRecord.encode({ type, crc: this.#crc, data }).finish());
  }
}
