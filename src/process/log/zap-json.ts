import { formatJson, type LogEvent, type LogSink, type LogValue } from '../../base/index.ts';

const RANK: Readonly<Record<string, number>> = { debug: 0, info: 1, warn: 2, error: 3, dpanic: 4, panic: 5, fatal: 6 };

export interface LoggerOptions {
  /** Events below this level are left out. */
  readonly level: string;
  readonly format: 'json' | 'console';
  /** Where the lines go, each with its newline. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
}

/** Prints log events in the shape that zap gives etcd's: `{"level":"info","ts":"...","caller":"...","msg":"...",...}`,
 * but for the caller, which is a room rather than a line of a file. */
export function zapLogger({ level, format, write, wallMs }: LoggerOptions): LogSink {
  const least = RANK[level] ?? 1;
  const encode = format === 'json' ? jsonLine : consoleLine;
  return (event) => {
    if ((RANK[event.level] ?? 1) < least) return;
    write(encode(event, timestamp(wallMs())));
  };
}

/** ISO 8601 with microseconds and Z, as etcd's logger writes it. */
function timestamp(wallMs: number): string {
  const micros = Math.floor((wallMs % 1) * 1_000)
    .toString()
    .padStart(3, '0');
  return new Date(wallMs).toISOString().replace('Z', `${micros}Z`);
}

/** What no other room tells comes from this one. */
const HERE = 'process';

function jsonLine({ level, caller = HERE, message, fields }: LogEvent, ts: string): string {
  const head = `{"level":${formatJson(level)},"ts":${formatJson(ts)},"caller":${formatJson(caller)},"msg":${formatJson(message)}`;
  const tail = Object.entries(fields).map(([name, value]) => `,${formatJson(name)}:${formatJson(value)}`);
  return `${head}${tail.join('')}}\n`;
}

function consoleLine({ level, caller = HERE, message, fields }: LogEvent, ts: string): string {
  const entries: [string, LogValue][] = Object.entries(fields);
  const tail = entries.map(([name, value]) => `${formatJson(name)}: ${formatJson(value)}`).join(', ');
  return `${ts}\t${level}\t${caller}\t${message}${tail === '' ? '' : `\t{${tail}}`}\n`;
}
