/** Where output goes. Writes are in order; `write` never throws for a closed pipe, the process ends instead. */
export interface Output {
  write(chunk: string | Uint8Array): void;
  readonly isTty: boolean;
  /** Width of the terminal in columns; undefined when it is not one. */
  readonly columns: number | undefined;
}

/** Where input comes from. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTty: boolean;
  /** Reads one line without echoing it, without its newline. On a pipe it reads a plain line. */
  readSecret(prompt: string): Promise<string>;
}

/** A signal the user sent (SIGINT or SIGTERM). */
export type Interrupt = 'SIGINT' | 'SIGTERM';

/** How a child process ended. */
export interface ChildExit {
  /** Its exit code, or -1 if a signal killed it. */
  readonly code: number;
  readonly signal?: string;
  /** Its number, where a signal killed it. */
  readonly signalNumber?: number;
  /** Set if it could not be started; in Go's words, e.g. `fork/exec /x: no such file or directory`. */
  readonly startError?: string;
}

export interface ChildOptions {
  /** Added to the inherited environment; what is undefined is taken out of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The child gets our stdin. */
  readonly stdin?: 'inherit';
  /** Asks the child with SIGTERM to end when it fires; it may take its time. */
  readonly terminate?: AbortSignal;
  /** Kills the child when it fires. */
  readonly signal?: AbortSignal;
}

/**
 * Everything a command may touch of the process it runs in. Nothing in cli/
 * reaches for `process` but the one that makes this.
 */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Takes SIGINT and SIGTERM over: from the first call on they no longer kill
   * the process but fire the returned signal, whose reason is the Interrupt.
   * A second one ends the process at once, with exit code 130 or 143, unless
   * a child runs: then it is for the child to end.
   */
  interrupts(): AbortSignal;
  /** Runs a program with stdout and stderr inherited, and no stdin unless it is asked for. */
  runChild(command: readonly string[], options: ChildOptions): Promise<ChildExit>;
  /** The process ends as soon as the command has: connections need not be closed one by one before. */
  readonly endsWithCommand?: boolean;
}
