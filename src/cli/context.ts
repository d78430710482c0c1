import type { CallBounds, Client, ClientConfig } from '../client/index.ts';
import type { Io } from './io.ts';
import type { Printer } from './printers/printer.ts';
import type { Settings } from './settings.ts';

/** Settings of a client in place of the configured ones; where undefined is allowed, it takes the configured one away. */
export type ConfigChanges = Partial<Omit<ClientConfig, 'tls' | 'user' | 'jwt'>> & {
  readonly [Name in 'tls' | 'user' | 'jwt']?: ClientConfig[Name] | undefined;
};

/** What a running command works with. */
export interface Context {
  readonly io: Io;
  readonly settings: Settings;
  /** Prints responses in the chosen format to stdout. */
  readonly print: Printer;
  /** The client for the configured endpoints; made at the first call, closed when the command has ended. */
  client(): Promise<Client>;
  /**
   * A client for other endpoints or settings (one member, a mirror's destination); closed like the other.
   * @param reword what the client says of its settings, in the words of the command
   */
  connect(changes: ConfigChanges, reword?: (text: string) => string): Promise<Client>;
  /** Bounds for a short command: one deadline for the whole command, `--command-timeout` after it began. */
  readonly bounds: CallBounds;
  /** A fresh deadline of `--command-timeout` from now, for commands that ask several members in turn. */
  freshBounds(): CallBounds;
  /** A deadline only where the user gave `--command-timeout`, for commands that may take long. */
  readonly explicitBounds: CallBounds;
  /** A line for people on stderr: progress or a warning, in the format `text\n`. */
  note(text: string): void;
}
