import { formatJson, type LogEvent, type LogSink } from '../base/index.ts';
import type { Output } from './io.ts';

/**
 * Prints log events as etcdutl's zap console encoder does: time, level, message
 * and the fields as JSON, parted by tabs.
 * @param now milliseconds since 1970
 */
export function consoleLog(output: Output, now: () => number = Date.now): LogSink {
  return ({ level, message, fields }: LogEvent) => {
    const time = new Date(now()).toISOString().replace(/\.\d+/, '');
    const entries = Object.entries(fields).map(([name, value]) => `${formatJson(name)}: ${formatJson(value)}`);
    const tail = entries.length === 0 ? '' : `\t{${entries.join(', ')}}`;
    output.write(`${time}\t${level}\t${message}${tail}\n`);
  };
}
