import { readdirSync, readFileSync } from 'node:fs';
import type { Family } from '../../figures/index.ts';
import { counter, gauge } from './families.ts';

/** What every Prometheus client tells of its process. Where there is no /proc, less is said. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    ...descriptorFamilies(),
    ...addressSpaceFamilies(),
    ...networkFamilies(),
    counter('process_cpu_seconds_total', 'Processor time used, in seconds.', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory in bytes.', process.memoryUsage.rss()),
    gauge(
      'process_start_time_seconds',
      'When the process started, in seconds since 1970.',
      performance.timeOrigin / 1000,
    ),
  ];
}

function descriptorFamilies(): Family[] {
  const open = tryRead(() => readdirSync('/proc/self/fd').length);
  const most = limitOf(/^Max open files\s+(\d+)/m);
  return [
    ...(open === undefined
      ? []
      : ['process_open_fds', 'os_fd_used'].map((name) => gauge(name, 'Open file descriptors.', open))),
    ...(most === undefined
      ? []
      : ['process_max_fds', 'os_fd_limit'].map((name) => gauge(name, 'Most file descriptors that may be open.', most))),
  ];
}

function addressSpaceFamilies(): Family[] {
  const kib = tryRead(() => Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]));
  const most = limitOf(/^Max address space\s+(\d+|unlimited)/m);
  return [
    ...(kib === undefined ? [] : [gauge('process_virtual_memory_bytes', 'Virtual memory in bytes.', kib * 1024)]),
    ...(most === undefined
      ? []
      : [gauge('process_virtual_memory_max_bytes', 'Most virtual memory there may be, in bytes.', most)]),
  ];
}

/** Of the network namespace, as Go's client tells it, too. */
function networkFamilies(): Family[] {
  const octets = tryRead(() => {
    const [names = '', values = ''] = readFileSync('/proc/self/net/netstat', 'utf8').match(/^IpExt: .*$/gm) ?? [];
    const at = (name: string): number => Number(values.split(' ')[names.split(' ').indexOf(name)]);
    return { received: at('InOctets'), sent: at('OutOctets') };
  });
  if (octets === undefined || Number.isNaN(octets.received + octets.sent)) return [];
  return [
    counter('process_network_receive_bytes_total', 'Bytes received over the network.', octets.received),
    counter('process_network_transmit_bytes_total', 'Bytes sent over the network.', octets.sent),
  ];
}

/** What Go writes for no limit is the largest number there is. */
const UNLIMITED = 2 ** 64;

function limitOf(line: RegExp): number | undefined {
  const text = tryRead(() => line.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  return text === 'unlimited' ? UNLIMITED : text === undefined ? undefined : Number(text);
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
