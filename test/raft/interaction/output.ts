import type { Logger } from '../../../src/raft/index.ts';

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'NONE'] as const;

export type Level = (typeof LEVELS)[number];

/**
 * What a directive prints: its own lines and the nodes' log lines in the order
 * in which they come. Level NONE silences both.
 */
export class Output implements Logger {
  level: Level = 'DEBUG';
  #text = '';

  get text(): string {
    return this.#text;
  }

  get isQuiet(): boolean {
    return this.level === 'NONE';
  }

  reset(): void {
    this.#text = '';
  }

  write(text: string): void {
    if (!this.isQuiet) {
      this.#text += text;
    }
  }

  /** Indents by two spaces what is written meanwhile. */
  indented(body: () => void): void {
    const before = this.#text;
    this.#text = '';
    try {
      body();
    } finally {
      const lines = this.#text === '' ? [] : this.#text.replace(/\n$/, '').split('\n');
      this.#text = before + lines.map((line) => `  ${line}\n`).join('');
    }
  }

  /** @throws when there is no such level */
  setLevel(name: string): void {
    const level = LEVELS.find((known) => known === name.toUpperCase());
    if (level === undefined) {
      throw new Error(`log levels must be either of [${LEVELS.join(' ')}]`);
    }
    this.level = level;
  }

  debug(line: string): void {
    this.#log('DEBUG', line);
  }

  info(line: string): void {
    this.#log('INFO', line);
  }

  warn(line: string): void {
    this.#log('WARN', line);
  }

  error(line: string): void {
    this.#log('ERROR', line);
  }

  #log(level: Level, line: string): void {
    if (LEVELS.indexOf(this.level) <= LEVELS.indexOf(level)) {
      this.write(`${level} ${line}\n`);
    }
  }
}
