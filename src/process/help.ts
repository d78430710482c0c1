import type { Flag } from './flags/flag.ts';
import { FLAGS } from './flags/table.ts';

/** What a mistake on the command line is answered with. */
export const USAGE = `Usage:

  etcd [flags]
    Start an etcd server.

  etcd --version
    Show the version of etcd.

  etcd -h | --help
    Show the help information about etcd.

  etcd --config-file
    Path to the server configuration file. Other flags and environment variables are then ignored.
    Durations are whole nanoseconds there, such as 600000000000 for 10m.
`;

function describe({ name, initial, kind, help, support }: Flag): string {
  const shown = kind === 'switch' && initial === 'false' ? '' : ` '${initial}'`;
  const lines = [`  --${name}${shown}`, `    ${help}`];
  if (typeof support !== 'string') {
    lines.push('refused' in support ? `    Not supported: ${support.refused}.` : `    No effect: ${support.harmless}.`);
  }
  return lines.join('\n');
}

/** The help of the server: every flag of etcd 3.7, by group, with what becomes of it here. */
export function helpText(): string {
  const groups = [...new Set(FLAGS.map(({ group }) => group))];
  const sections = groups.map((group) => {
    const flags = FLAGS.filter((flag) => flag.group === group).map(describe);
    return `${group}:\n${flags.join('\n')}`;
  });
  return `${USAGE}\n${sections.join('\n\n')}\n`;
}
