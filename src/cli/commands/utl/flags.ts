import { string } from '../../flags/index.ts';
import { lockFlags } from '../snapshot/lock-flags.ts';

/** The flags that every command of etcdutl takes. */
export const utlFlags = {
  writeOut: string('simple', 'set the output format (fields, json, protobuf, simple, table, yaml)', {
    short: 'w',
    values: ['fields', 'json', 'protobuf', 'simple', 'table', 'yaml'],
  }),
  ...lockFlags,
} as const;
