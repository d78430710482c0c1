import type { ClientConfig } from '../client/index.ts';
import { badFeature } from './errors.ts';
import { type Format, formats } from './printers/printer.ts';

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

/**
 * `--write-out` as a format.
 * @throws {CliError} exit code 4
 */
export function formatOf(text: string): Format {
  const format = formats.find((known) => known === text);
  if (format === undefined) throw badFeature('unsupported output format');
  return format;
}
