import { Deadline } from '../base/index.ts';
import type { CallBounds, Client, ClientConfig } from '../client/index.ts';
import type { CommandNode } from './commands/tree.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';
import type { Printer } from './printers/printer.ts';
import type { Settings } from './settings.ts';

/** A context on the real cluster. `close` ends whatever clients the command opened. */
export class LiveContext implements Context {
  readonly io: Io;
  readonly tool: CommandNode;
  readonly settings: Settings;
  readonly print: Printer;
  readonly #opened: Client[] = [];
  #bounds: CallBounds | undefined;
  #client: Promise<Client> | undefined;

  constructor(io: Io, tool: CommandNode, settings: Settings, print: Printer) {
    this.io = io;
    this.tool = tool;
    this.settings = settings;
    this.print = print;
  }

  /** The deadline counts from the first use: what is read from stdin or asked for before takes as long as it takes. */
  get bounds(): CallBounds {
    this.#bounds ??= this.freshBounds();
    return this.#bounds;
  }

  get explicitBounds(): CallBounds {
    return this.settings.hasExplicitTimeout ? this.bounds : {};
  }

  client(): Promise<Client> {
    this.#client ??= this.connect({});
    return this.#client;
  }

  async connect(changes: Partial<ClientConfig>): Promise<Client> {
    const { openClient } = await import('../client/index.ts');
    const client = await openClient(
      { ...this.settings.client, ...changes },
      {
        warn: (text) => this.note(`Warning: ${text}`),
        ...(this.settings.debug && { debug: (text: string) => this.note(text) }),
      },
    );
    this.#opened.push(client);
    return client;
  }

  freshBounds(): CallBounds {
    return { deadline: Deadline.after(this.settings.commandTimeoutMs) };
  }

  note(text: string): void {
    this.io.stderr.write(`${text}\n`);
  }

  close(): void {
    for (const client of this.#opened) client.close();
  }
}
