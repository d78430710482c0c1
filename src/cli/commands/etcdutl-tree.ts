import type { CommandNode } from '../command-node.ts';

/** etcdutl's commands: the tools for files, which need no server. */
export const etcdutlTree: CommandNode = {
  name: 'etcdutl',
  summary: 'Tools for the files of etcd, for Node.js.',
  children: [
    {
      name: 'completion',
      summary: 'Prints a completion script for a shell',
      load: async () => (await import('./completion.ts')).completionCommand('etcdutl'),
    },
    {
      name: 'help',
      summary: 'Shows help for any command',
      load: async () => (await import('./help.ts')).helpCommand(etcdutlTree),
    },
    {
      name: 'version',
      summary: 'Prints the version of etcdutl',
      load: async () => (await import('./version.ts')).versionCommand('etcdutl'),
    },
  ],
};
