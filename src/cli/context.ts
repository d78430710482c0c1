import type { CallBounds, Client, ClientConfig } from '../client/index.ts';
import type { Io } from './io.ts';
import type { Printer } from './printers/printer.ts';
import type { Settings } from './settings.ts';

/** What a running command works with. */
export interface Context {
  readonly io: Io;
  readonly settings: Settings;
  /** Prints responses in the chosen format to stdout. */
  readonly print: Printer;
  /** The client for the configured endpoints; made at the first call, closed when the command has ended. */
  client(): Promise<Client>;
  /** A client for other endpoints or settings (one member, a mirror's destination); closed like the other. */
  connect(changes: Partial<ClientConfig>): Promise<Client>;
  /** Bounds for a short command: one deadline for the whole command, `--command-timeout` after it began. */
  readonly bounds: CallBounds;
  /** A fresh deadline of `--command-timeout` from now, for commands that ask several members in turn. */
  freshBounds(): CallBounds;
  /** A deadline only where the user gave `--command-timeout`, for commands that may take long. */
  readonly explicitBounds: CallBounds;
  /** A line for people on stderr: progress or a warning, in the format `text\n`. */
  note(text: string): void;
}
