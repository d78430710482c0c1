import { readdirSync, readFileSync } from 'node:fs';
import type { Family } from './exposition.ts';

/** What every Prometheus client tells of its process. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    ...descriptorFamilies(),
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

/** Where there is no /proc, nothing is said. */
function descriptorFamilies(): Family[] {
  let open: number;
  let most: number;
  try {
    open = readdirSync('/proc/self/fd').length;
    most = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  } catch {
    return [];
  }
  return [
    gauge('process_open_fds', 'Open file descriptors.', open),
    gauge('os_fd_used', 'Open file descriptors.', open),
    ...(Number.isNaN(most)
      ? []
      : ['process_max_fds', 'os_fd_limit'].map((name) => gauge(name, 'Most file descriptors that may be open.', most))),
  ];
}

const gauge = (name: string, help: string, value: number): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ value }],
});
