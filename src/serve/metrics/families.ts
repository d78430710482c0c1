import type { Family } from '../../figures/index.ts';

/** A figure that goes up and down. */
export const gauge = (name: string, help: string, value: number | bigint): Family => single('gauge', name, help, value);

/** A figure that only grows. */
export const counter = (name: string, help: string, value: number | bigint): Family =>
  single('counter', name, help, value);

/** What is told by a label alone; its value is 1. */
export const labelled = (name: string, help: string, labels: Readonly<Record<string, string>>): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ labels, value: 1 }],
});

const single = (type: Family['type'], name: string, help: string, value: number | bigint): Family => ({
  name,
  type,
  help,
  samples: [{ value }],
});
