import { duration, string } from '../../flags/index.ts';

/** The flags that every command of etcdutl takes. */
export const utlFlags = {
  writeOut: string('simple', 'set the output format (fields, json, protobuf, simple, table, yaml)', {
    short: 'w',
    values: ['fields', 'json', 'protobuf', 'simple', 'table', 'yaml'],
  }),
  timeout: duration('10s', 'how long to wait for the lock of a database file (0: for ever)'),
} as const;
