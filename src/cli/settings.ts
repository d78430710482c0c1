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

/** The settings of a command that speaks to no cluster. */
export const defaultSettings: Settings = {
  format: 'simple',
  hex: false,
  debug: false,
  commandTimeoutMs: 5000,
  hasExplicitTimeout: false,
  client: {
    endpoints: [],
    dialTimeoutMs: 2000,
    keepAliveTimeMs: 2000,
    keepAliveTimeoutMs: 6000,
    maxRequestBytes: 0,
    maxReceiveBytes: 0,
  },
};
