import { Deadline } from '../base/index.ts';
import type { CallBounds, Client, ClientConfig } from '../client/index.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';
import type { Printer } from './printers/printer.ts';
import type { Settings } from './settings.ts';

/** Makes clients; tests put a double in its place. */
export type OpenClient = (config: ClientConfig, notices: ClientNotices) => Promise<Client>;

/** What a client has to say beside its answers. */
export interface ClientNotices {
  warn(text: string): void;
  /** Present with --debug. */
  debug?(text: string): void;
}

const openRealClient: OpenClient = async (config, notices) =>
  (await import('../client/index.ts')).openClient(config, notices);

/** A context on the real cluster. `close` ends whatever clients the command opened. */
export class LiveContext implements Context {
  readonly io: Io;
  readonly settings: Settings;
  readonly print: Printer;
  readonly #openClient: OpenClient;
  readonly #opened: Client[] = [];
  #bounds: CallBounds | undefined;
  #client: Promise<Client> | undefined;

  constructor(io: Io, settings: Settings, print: Printer, openClient: OpenClient = openRealClient) {
    this.io = io;
    this.settings = settings;
    this.print = print;
    this.#openClient = openClient;
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
    const notices: ClientNotices = {
      warn: (text) => this.note(`Warning: ${text}`),
      ...(this.settings.debug && { debug: (text: string) => this.note(text) }),
    };
    const client = await this.#openClient({ ...this.settings.client, ...changes }, notices);
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
