import type { LogEvent } from '../base/index.ts';
import { checkSettings, readRetention } from './check-settings.ts';
import type { CommandLine } from './flags/command-line.ts';
import { type FileValues, readConfigFile } from './flags/config-file.ts';
import { readEnvironment } from './flags/environment.ts';
import { successorOf } from './flags/former.ts';
import { GATES, type GateName } from './flags/gates.ts';
import { FLAGS } from './flags/table.ts';
import { FlagValues } from './flags/values.ts';
import { readSettings } from './read-settings.ts';
import type { ServerSettings } from './settings.ts';

export interface Configuration {
  readonly settings: ServerSettings;
  /** What there is to say about them once there is a logger. */
  readonly notes: readonly LogEvent[];
}

export interface Sources {
  readonly commandLine: CommandLine;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws whatever hinders reading the file */
  readonly readFile: (path: string) => string;
}

/**
 * Puts the settings together: from the configuration file alone if there is one, else from the command line, then the
 * environment, then the initial values.
 * @throws EnvironmentError, ConfigFileError, SettingsError, and what `readFile` throws
 */
export function configure({ commandLine, env, readFile }: Sources): Configuration {
  const path = commandLine.configFile ?? env['ETCD_CONFIG_FILE'] ?? '';
  const { values, notes } =
    path === '' ? fromCommandLine(commandLine, env) : fromFile(readConfigFile(readFile(path)), path);
  const settings = readSettings(values);
  checkSettings(settings, values);
  readRetention(values.text('auto-compaction-mode'), settings.autoCompaction.retention);
  return { settings, notes: [...notes, ...adviceOn(settings, values)] };
}

interface Found {
  readonly values: FlagValues;
  readonly notes: readonly LogEvent[];
}

function fromCommandLine(commandLine: CommandLine, env: Sources['env']): Found {
  const found = readEnvironment(env, commandLine.values);
  return { values: new FlagValues(new Map([...found.values, ...commandLine.values])), notes: found.notes };
}

function fromFile({ values, notes }: FileValues, path: string): Found {
  const message =
    'loaded server configuration, other configuration command line flags and environment variables will be ignored if provided';
  return { values: new FlagValues(values), notes: [{ level: 'info', message, fields: { path } }, ...notes] };
}

/** What etcd warns of, and what has no effect here. */
function adviceOn(settings: ServerSettings, values: FlagValues): LogEvent[] {
  const advice: LogEvent[] = [];
  const warn = (message: string, fields: LogEvent['fields'] = {}): void =>
    void advice.push({ level: 'warn', message, fields });
  if (settings.listenClientHttpUrls.length === 0) {
    warn('Running http and grpc server on single port. This is not recommended for production.');
  }
  if (settings.name === 'default') {
    warn(
      "it isn't recommended to use default name, please set a value for --name. Note that etcd might run into issue when multiple members have the same default name",
      { name: settings.name },
    );
  }
  if (values.isGiven('max-snapshots')) warn('--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8');
  if (values.isGiven('v2-deprecation')) {
    warn(
      '--v2-deprecation is deprecated and scheduled for removal in v3.8. The default value is enforced, ignoring user input',
    );
  }
  if (!values.isGiven('data-dir')) warn("'data-dir' was empty; using default", { 'data-dir': settings.dataDir });
  if (settings.gates.LeaseCheckpoint && !settings.gates.LeaseCheckpointPersist) {
    warn(
      'Detected that checkpointing is enabled without persistence. Consider enabling feature gate LeaseCheckpointPersist',
    );
  }
  for (const name of values.formerNames) {
    warn('the flag has another name since 3.7', { flag: `--${name}`, 'use-instead': successorOf(name) ?? '' });
  }
  for (const { name, initial, support } of FLAGS) {
    if (typeof support === 'string' || !('harmless' in support)) continue;
    if (values.isGiven(name) && values.text(name) !== initial) {
      warn('the flag has no effect here', { flag: `--${name}`, reason: support.harmless });
    }
  }
  for (const [gate, { initial, ...more }] of Object.entries(GATES)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of GATES are its own
    if ('noEffect' in more && settings.gates[gate as GateName] !== initial) {
      warn('the feature gate has no effect here', { gate, reason: more.noEffect });
    }
  }
  return advice;
}
