import type { CommandNode } from '../command-node.ts';
import { leaf, parent } from './nodes.ts';
import { offlineSnapshotNodes } from './snapshot/nodes.ts';
import { utlFlags } from './utl/flags.ts';

/** etcdutl's commands: the tools for files, which need no server. */
export const etcdutlTree: CommandNode = {
  name: 'etcdutl',
  summary: 'Tools for the files of etcd, for Node.js.',
  persistentFlags: utlFlags,
  children: [
    {
      name: 'completion',
      summary: 'Prints a completion script for a shell',
      load: async () => (await import('./completion.ts')).completionCommand('etcdutl'),
    },
    leaf('defrag', 'Gives unused space in the database of a stopped member back', () => import('./utl/defrag.ts')),
    leaf('hashkv', 'Prints the hash of the key-value history in a file', () => import('./utl/hashkv.ts')),
    {
      name: 'help',
      summary: 'Shows help for any command',
      load: async () => (await import('./help.ts')).helpCommand(etcdutlTree),
    },
    leaf('migrate', 'Makes a data directory fit for another release', () => import('./utl/migrate.ts')),
    parent('snapshot', 'Snapshots: what they hold, and clusters made from them', offlineSnapshotNodes),
    {
      name: 'version',
      summary: 'Prints the version of etcdutl',
      load: async () => (await import('./version.ts')).versionCommand('etcdutl'),
    },
  ],
};
