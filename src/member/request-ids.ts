const PREFIX_BITS = 48n;
const COUNTER_BITS = 8n;
const SUFFIX_MASK = (1n << PREFIX_BITS) - 1n;
const TIME_MASK = (1n << 40n) - 1n;

/**
 * Ids of requests, unique among the members of a cluster and across restarts, in etcd's form: the low 16 bits of the
 * member's id, 40 bits of milliseconds at the start, and a counter of 8 bits that carries over into them.
 */
export class RequestIds {
  readonly #prefix: bigint;
  #suffix: bigint;

  constructor(memberId: bigint, wallMs: number) {
    this.#prefix = BigInt.asUintN(16, memberId) << PREFIX_BITS;
    this.#suffix = (BigInt(Math.trunc(wallMs)) & TIME_MASK) << COUNTER_BITS;
  }

  next(): bigint {
    this.#suffix = (this.#suffix + 1n) & SUFFIX_MASK;
    return this.#prefix | this.#suffix;
  }
}
