import type { Family } from './exposition.ts';

/** What every Prometheus client tells of its process. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time used, in seconds.',
      samples: [{ value: (user + system) / 1e6 }],
    },
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Resident memory in bytes.',
      samples: [{ value: process.memoryUsage.rss() }],
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'When the process started, in seconds since 1970.',
      samples: [{ value: performance.timeOrigin / 1000 }],
    },
  ];
}
