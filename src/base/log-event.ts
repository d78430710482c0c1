/** Something worth telling the operator, before it is put into words: who prints it chooses the form. */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly message: string;
  /** In the order in which they are to be shown. */
  readonly fields: Readonly<Record<string, LogValue>>;
  /** The room that tells it, such as `member`. */
  readonly caller?: string;
}

export type LogValue = string | number | bigint | boolean | readonly string[];

export type LogSink = (event: LogEvent) => void;

/** A sink for one room, whose events say that they come from there. */
export const logOf =
  (caller: string, log: LogSink): LogSink =>
  (event) =>
    log(event.caller === undefined ? { ...event, caller } : event);
