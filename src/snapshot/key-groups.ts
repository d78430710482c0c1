import type { LiveKey } from './live-keys.ts';

/** A key, or all those that begin alike up to a delimiter. */
export interface KeyGroup {
  /** The key, or what they begin with, the delimiter included. */
  readonly name: Buffer;
  /** Whether it is more than the one key of that name. */
  readonly isPrefix: boolean;
  readonly keys: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
  /** Of the last change to any of them. */
  readonly modRevision: bigint;
}

export interface GroupOptions {
  /** So many bytes of each key are not looked at: the prefix that they were asked for by. */
  readonly skip: number;
  /** Parts the levels of a name; without one each key stands for itself. */
  readonly delimiter: Uint8Array;
  /** After how many delimiters a name ends; Infinity for none. */
  readonly depth: number;
}

/** Sums keys up as they come, in order, so that the memory of one group is enough. */
export async function* groupKeys(keys: AsyncIterable<LiveKey>, options: GroupOptions): AsyncGenerator<KeyGroup> {
  let group: Group | undefined;
  for await (const key of keys) {
    const length = nameLength(key.key, options);
    if (group?.takes(key.key, length) !== true) {
      if (group) yield group;
      group = new Group(key.key.subarray(0, length));
    }
    group.add(key);
  }
  if (group) yield group;
}

class Group implements KeyGroup {
  readonly name: Buffer;
  isPrefix = false;
  keys = 0;
  bytes = 0;
  modRevision = 0n;

  constructor(name: Buffer) {
    this.name = name;
  }

  takes(key: Buffer, length: number): boolean {
    return length === this.name.length && key.subarray(0, length).equals(this.name);
  }

  add({ key, valueSize, modRevision }: LiveKey): void {
    if (key.length > this.name.length || this.keys > 0) this.isPrefix = true;
    this.keys++;
    this.bytes += key.length + valueSize;
    if (modRevision > this.modRevision) this.modRevision = modRevision;
  }
}

function nameLength(key: Buffer, { skip, delimiter, depth }: GroupOptions): number {
  if (delimiter.length === 0) return key.length;
  let end = skip;
  for (let level = 0; level < depth; level++) {
    const at = key.indexOf(delimiter, end);
    if (at < 0) return key.length;
    end = at + delimiter.length;
  }
  return end;
}
