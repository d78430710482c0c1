import type { LogEvent, LogSink } from '../base/index.ts';

const KEPT = 200;
const SHOWN = 8;

/** What members logged last: kept for the error that may follow, and passed on to whoever wants it. */
export class RecentLog {
  readonly #next: LogSink;
  #events: LogEvent[] = [];

  constructor(next: LogSink) {
    this.#next = next;
  }

  /** A sink for one member, whose name goes with each event. */
  sinkFor(member: string): LogSink {
    return ({ level, message, fields }) => {
      const event: LogEvent = { level, message, fields: { member, ...fields } };
      this.#events.push(event);
      if (this.#events.length > 2 * KEPT) this.#events = this.#events.slice(-KEPT);
      this.#next(event);
    };
  }

  events(): readonly LogEvent[] {
    return this.#events.slice(-KEPT);
  }

  /** The last lines for people, newest last; warnings and errors if there are any. */
  text(): string {
    const grave = this.#events.filter(({ level }) => level === 'warn' || level === 'error');
    const shown = (grave.length > 0 ? grave : this.#events).slice(-SHOWN);
    return shown.map((event) => `\n  ${event.level}: ${event.message}${fieldsText(event)}`).join('');
  }
}

function fieldsText({ fields }: LogEvent): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
