import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { type FileSystem, type LogEvent, type LogSink, messageOf, nodeFiles, systemClock } from '../base/index.ts';
import { SERVER_VERSION } from '../member/index.ts';
import { SettingsError } from './check-settings.ts';
import { configure } from './configure.ts';
import { FlagError, parseCommandLine } from './flags/command-line.ts';
import { ConfigFileError } from './flags/config-file.ts';
import { EnvironmentError } from './flags/environment.ts';
import { helpText, USAGE } from './help.ts';
import { openOutputs } from './log/outputs.ts';
import { zapLogger } from './log/zap-json.ts';
import { type RunningServer, startServer } from './server.ts';
import type { ServerSettings } from './settings.ts';

const VERSION_TEXT = `etcd Version: ${SERVER_VERSION}
Git SHA: Not provided
Go Version: node ${process.version}
Go OS/Arch: ${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}
`;

const toStderr = (text: string): void => void writeSync(2, text);

const wallMs = (): number => systemClock.wallMs();

/** What is logged before the settings say how. */
const earlyLog = zapLogger({ level: 'info', format: 'json', write: toStderr, wallMs });

/**
 * Runs the server with the words after its name. Exit codes: 2 for a command line that cannot be read, 1 for what fails.
 * @param disk where its data directory is
 */
export async function main(args: readonly string[], disk: FileSystem = nodeFiles): Promise<void> {
  const settled = settle(args);
  if (settled === undefined) return;
  const { settings, log } = settled;
  let server: RunningServer;
  try {
    server = await startServer(settings, log, disk);
  } catch (error) {
    log(failureOf(messageOf(error)));
    return exit(1);
  }
  const ended = await Promise.race([server.whenEnded, signalled()]);
  if (typeof ended === 'string') {
    log({ level: 'info', message: 'received signal; shutting down', fields: { signal: ended } });
    await server.stop();
    return dieOf(ended);
  }
  log({ level: 'error', message: 'the member has ended', fields: { error: ended.message } });
  await server.stop();
  exit(ended.message.includes('removed') ? 0 : 1);
}

/** A start that failed, in the words in which etcd tells of it. */
function failureOf(error: string): LogEvent {
  const isMistyped = error.includes('--initial-cluster') && error.includes('missing from');
  if (isMistyped) return { level: 'warn', message: 'failed to start', fields: { error } };
  return { level: 'fatal', message: 'discovery failed', fields: { error } };
}

interface Settled {
  readonly settings: ServerSettings;
  readonly log: LogSink;
}

/** The settings and where to log; undefined if there is nothing more to do. */
function settle(args: readonly string[]): Settled | undefined {
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine.wantsHelp) return print(helpText());
    if (commandLine.stray !== undefined) throw new SettingsError(`"${commandLine.stray}" is not a valid flag`);
    if (commandLine.wantsVersion) return print(VERSION_TEXT);
    const { settings, notes } = configure({ commandLine, env: process.env, readFile });
    earlyLog({ level: 'info', message: 'Running: ', fields: { args: ['etcd', ...args.map(withoutSecret)] } });
    const log = openLog(settings);
    for (const note of notes) log(note);
    return { settings, log };
  } catch (error) {
    if (error instanceof FlagError) {
      toStderr(`${error.message}\n${USAGE}\n`);
      return exit(2);
    }
    if (error instanceof SettingsError || error instanceof ConfigFileError || error instanceof EnvironmentError) {
      earlyLog({ level: 'info', message: 'Running: ', fields: { args: ['etcd', ...args.map(withoutSecret)] } });
      earlyLog({ level: 'warn', message: 'failed to verify flags', fields: { error: error.message } });
      return exit(1);
    }
    earlyLog({ level: 'warn', message: 'failed to verify flags', fields: { error: messageOf(error) } });
    return exit(1);
  }
}

const readFile = (path: string): string => readFileSync(path, 'utf8');

function print(text: string): undefined {
  writeSync(1, text);
  return undefined;
}

const withoutSecret = (word: string): string => word.replace(/^(--?discovery-(?:password|user)=).*/, '$1******');

function exit(code: number): undefined {
  process.exitCode = code;
  return undefined;
}

function openLog({ logOutputs, logRotation, logFormat, logLevel }: ServerSettings): LogSink {
  const write = openOutputs(logOutputs, logRotation, wallMs);
  return zapLogger({ level: logLevel, format: logFormat === 'console' ? 'console' : 'json', write, wallMs });
}

function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** Ends as by the signal, which those who sent it look for; as the first process of a container, with 0. */
function dieOf(signal: NodeJS.Signals): void {
  if (process.pid === 1) process.exit(0);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // The signal arrives when the event loop turns; nothing may hold the process until then.
  setInterval(() => undefined, 1_000);
}
