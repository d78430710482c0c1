import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from './report.ts';

/** The key space and the leases alone, each in a process of its own and at a tenth of the size too. */
export function roomsBench(report: Report): void {
  for (const [title, script] of [
    ['Keys and watchers in memory', 'mvcc.ts'],
    ['Leases in memory', 'lease.ts'],
  ] as const) {
    report.section(title);
    const path = fileURLToPath(new URL(script, import.meta.url));
    for (const sizes of script === 'mvcc.ts'
      ? [
          ['100000', '1000'],
          ['1000000', '10000'],
        ]
      : [['100000']]) {
      const argv = ['--expose-gc', '--import', 'tsx', path, ...sizes];
      const { stdout, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${script} ended with ${status}`);
      for (const line of stdout.trimEnd().split('\n')) report.note(line);
    }
  }
}
