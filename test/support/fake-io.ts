import type { ChildExit, ChildOptions, Interrupt, Io } from '../../src/cli/io.ts';

export interface FakeIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What stdin holds. */
  readonly stdin?: string | Uint8Array;
  /** Answers to password prompts, in order. */
  readonly secrets?: readonly string[];
  /** Whether the three streams are a terminal. */
  readonly tty?: boolean;
  readonly columns?: number;
  /** Runs children; without it any child is a failure of the test. */
  readonly runChild?: (command: readonly string[], options: ChildOptions) => Promise<ChildExit>;
}

/** An Io whose output is kept and whose input is given. */
export interface FakeIo extends Io {
  readonly out: () => string;
  readonly outBytes: () => Buffer;
  readonly err: () => string;
  /** Prompts that readSecret showed. */
  readonly prompts: readonly string[];
  /** Sends a signal; counts only if the command took signals over. */
  interrupt(signal: Interrupt): void;
  readonly takesSignals: () => boolean;
}

export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const prompts: string[] = [];
  const secrets = [...(options.secrets ?? [])];
  const isTty = options.tty ?? false;
  const controller = new AbortController();
  let taken = false;
  const output = (sink: Buffer[]): Io['stdout'] => ({
    isTty,
    columns: isTty ? (options.columns ?? 80) : undefined,
    write: (chunk) => void sink.push(Buffer.from(chunk)),
  });
  return {
    env: options.env ?? {},
    stdout: output(out),
    stderr: output(err),
    stdin: {
      isTty,
      async *[Symbol.asyncIterator]() {
        if (options.stdin !== undefined && options.stdin.length > 0) yield Buffer.from(options.stdin);
      },
      async readSecret(prompt) {
        prompts.push(prompt);
        const secret = secrets.shift();
        if (secret === undefined) throw new Error(`unexpected prompt ${JSON.stringify(prompt)}`);
        return secret;
      },
    },
    interrupts: () => {
      taken = true;
      return controller.signal;
    },
    runChild:
      options.runChild ?? ((command) => Promise.reject(new Error(`unexpected child ${JSON.stringify(command)}`))),
    out: () => Buffer.concat(out).toString(),
    outBytes: () => Buffer.concat(out),
    err: () => Buffer.concat(err).toString(),
    prompts,
    interrupt: (signal) => controller.abort(signal),
    takesSignals: () => taken,
  };
}
