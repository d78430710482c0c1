import type { ClientConfig } from '../client/index.ts';
import type { Format } from './printers/printer.ts';

/** The global flags, the environment and the defaults, resolved and checked. */
export interface Settings {
  readonly format: Format;
  readonly hex: boolean;
  readonly debug: boolean;
  readonly commandTimeoutMs: number;
  /** `--command-timeout` or its variable was given. */
  readonly hasExplicitTimeout: boolean;
  readonly client: ClientConfig;
}
