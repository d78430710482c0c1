import { Deadline } from '../base/index.ts';
import type { CallBounds, Client, ClientConfig, Explanation } from '../client/index.ts';
import type { ConfigChanges, Context } from './context.ts';
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
  /** Present where calls wait for an unreachable server for as long as it takes; told anew when the causes change. */
  onRetry?(explanations: readonly Explanation[]): void;
}

const openRealClient: OpenClient = async (config, notices) =>
  (await import('../client/index.ts')).openClient(config, notices);

/** A context on the real cluster. `close` ends whatever clients the command opened. */
export class LiveContext implements Context {
  readonly io: Io;
  readonly settings: Settings;
  readonly print: Printer;
  readonly #openClient: OpenClient;
  readonly #waits: boolean;
  readonly #opened: Client[] = [];
  #bounds: CallBounds | undefined;
  #client: Promise<Client> | undefined;

  /** @param waits see Command.waits */
  constructor(io: Io, settings: Settings, print: Printer, openClient: OpenClient = openRealClient, waits = false) {
    this.io = io;
    this.settings = settings;
    this.print = print;
    this.#openClient = openClient;
    this.#waits = waits;
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

  async connect(changes: ConfigChanges, reword = (text: string) => text): Promise<Client> {
    const notices: ClientNotices = {
      warn: (text) => this.note(reword(`Warning: ${text}`)),
      ...(this.settings.debug && { debug: (text: string) => this.note(text) }),
      ...(this.#waits && { onRetry: (explanations) => void this.#tellWhyItWaits(explanations, reword) }),
    };
    const client = await this.#openClient(changedConfig(this.settings.client, changes), notices);
    this.#opened.push(client);
    return client;
  }

  async #tellWhyItWaits(explanations: readonly Explanation[], reword: (text: string) => string): Promise<void> {
    const { explanationLines } = await import('../client/index.ts');
    this.note(
      ['Warning: no endpoint can be reached, still trying', ...explanationLines(explanations)].map(reword).join('\n  '),
    );
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

function changedConfig(config: ClientConfig, changes: ConfigChanges): ClientConfig {
  const { tls, user, jwt, ...rest } = { ...config, ...changes };
  return { ...rest, ...(tls && { tls }), ...(user && { user }), ...(jwt !== undefined && { jwt }) };
}
