import { randomInt } from 'node:crypto';
import { assert, type CancelSignal, type Clock, parseUint64 } from '../base/index.ts';
import type { Identity } from './identity.ts';
import type { TokenProvider } from './token-provider.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const PREFIX_LENGTH = 16;

/** How often, at most, tokens that nobody asks for any more are looked for. */
const SWEEP_MS = 1000;

/** Resolves when this member has applied the log up to an index; rejects when the signal aborts. */
export type WaitForIndex = (index: bigint, signal: CancelSignal | undefined) => Promise<void>;

interface Remembered {
  readonly name: string;
  expiresAtMs: number;
}

/** Tokens that are drawn at random and remembered by every member: sixteen letters, a dot, and an index of the log. */
export class SimpleTokens implements TokenProvider {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #waitForIndex: WaitForIndex | undefined;
  readonly #tokens = new Map<string, Remembered>();
  #enabled = false;
  #sweptAtMs = 0;

  constructor(clock: Clock, ttlMs: number, waitForIndex?: WaitForIndex) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#waitForIndex = waitForIndex;
  }

  enable(): void {
    this.#enabled = true;
  }

  disable(): void {
    this.#enabled = false;
    this.#tokens.clear();
  }

  invalidateUser(name: string): void {
    for (const [token, remembered] of this.#tokens) if (remembered.name === name) this.#tokens.delete(token);
  }

  newPrefix(): string {
    return Array.from({ length: PREFIX_LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
  }

  assign(name: string, _revision: bigint, prefix: string, index: bigint): () => Promise<string> {
    const token = `${prefix}.${index}`;
    this.#sweep();
    if (this.#enabled) {
      assert(!this.#tokens.has(token), `the token of ${name} at index ${index} is in use`);
      this.#tokens.set(token, { name, expiresAtMs: this.#clock.nowMs() + this.#ttlMs });
    }
    return () => Promise.resolve(token);
  }

  /** A token names the entry that made it: a member that is behind must not take it for an unknown one. */
  async identify(token: string, revision: bigint, signal?: CancelSignal): Promise<Identity | undefined> {
    const [, index, ...rest] = token.split('.');
    if (index === undefined || rest.length > 0 || !isIndex(index)) return undefined;
    try {
      await this.#waitForIndex?.(BigInt(index), signal);
    } catch {
      return undefined;
    }
    return this.recall(token, revision);
  }

  /** Each use of a token gives it its whole time again. */
  recall(token: string, revision: bigint): Identity | undefined {
    const remembered = this.#tokens.get(token);
    if (remembered === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    if (nowMs > remembered.expiresAtMs) {
      this.#tokens.delete(token);
      return undefined;
    }
    remembered.expiresAtMs = nowMs + this.#ttlMs;
    return { name: remembered.name, revision };
  }

  #sweep(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#sweptAtMs < SWEEP_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [token, { expiresAtMs }] of this.#tokens) if (nowMs > expiresAtMs) this.#tokens.delete(token);
  }
}

function isIndex(text: string): boolean {
  try {
    parseUint64(text, 10);
    return true;
  } catch {
    return false;
  }
}
