/** Something worth telling the operator, before it is put into words: who prints it chooses the form. */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** In the order in which they are to be shown. */
  readonly fields: Readonly<Record<string, LogValue>>;
}

export type LogValue = string | number | bigint | boolean | readonly string[];

export type LogSink = (event: LogEvent) => void;
