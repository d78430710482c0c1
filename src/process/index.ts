/**
 * process/: the server as a process of its own: `etcd` with etcd's flags,
 * environment and configuration file, its log and its exit codes. A flag that
 * etcd has and this server cannot honour is refused with the reason; one that
 * has no effect here is told of in the log.
 */
export { SettingsError, readRetention, type Retention } from './check-settings.ts';
export { type Configuration, configure, type Sources } from './configure.ts';
export { type CommandLine, FlagError, parseCommandLine } from './flags/command-line.ts';
export { ConfigFileError } from './flags/config-file.ts';
export { EnvironmentError } from './flags/environment.ts';
export { helpText, USAGE } from './help.ts';
export { zapLogger, type LoggerOptions } from './log/zap-json.ts';
export type { ServerSettings, TlsSettings } from './settings.ts';
