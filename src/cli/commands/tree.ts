import type { CommandNode, Group } from '../command-node.ts';
import { clusterFlag, globalFlags } from '../globals.ts';
import { leaf, parent } from './nodes.ts';
import { offlineSnapshotNodes } from './snapshot/nodes.ts';

const inGroup = (group: Group, nodes: readonly CommandNode[]): CommandNode[] =>
  nodes.map((node) => ({ ...node, group }));

const kv = inGroup('kv', [
  leaf('compaction', 'Drops the event history before a revision', () => import('./compaction.ts')),
  leaf('del', 'Deletes a key or a range of keys [key, range_end)', () => import('./del.ts')),
  leaf('get', 'Reads a key or a range of keys', () => import('./get.ts')),
  parent('lease', 'Leases: keys that go when their time runs out', [
    leaf('grant', 'Creates a lease', () => import('./lease/grant.ts')),
    leaf('keep-alive', 'Renews a lease until stopped', () => import('./lease/keep-alive.ts')),
    leaf('list', 'Lists all active leases', () => import('./lease/list.ts')),
    leaf('revoke', 'Revokes a lease and deletes its keys', () => import('./lease/revoke.ts')),
    leaf('timetolive', 'Shows how long a lease still lives', () => import('./lease/timetolive.ts')),
  ]),
  leaf('put', 'Writes a key', () => import('./put.ts')),
  leaf('txn', 'Runs several requests as one transaction', () => import('./txn.ts')),
  leaf('watch', 'Prints changes to keys or prefixes as they happen', () => import('./watch.ts')),
]);

const cluster = inGroup('cluster', [
  parent('alarm', 'Alarms: what stops a cluster from accepting writes', [
    leaf('disarm', 'Disarms all alarms', () => import('./alarm/disarm.ts')),
    leaf('list', 'Lists all alarms', () => import('./alarm/list.ts')),
  ]),
  leaf('defrag', 'Gives unused space in the databases of members back', () => import('./defrag.ts')),
  parent('downgrade', 'Downgrade of a cluster to the minor version before', [
    leaf('cancel', 'Cancels a downgrade in progress', () => import('./downgrade/cancel.ts')),
    leaf('enable', 'Starts a downgrade to a version', () => import('./downgrade/enable.ts')),
    leaf('validate', 'Says whether a downgrade to a version is possible', () => import('./downgrade/validate.ts')),
  ]),
  {
    ...parent('endpoint', 'Endpoints: their health, status and hashes', [
      leaf('hashkv', 'Prints the hash of the key-value history of each endpoint', () => import('./endpoint/hashkv.ts')),
      leaf('health', 'Checks whether each endpoint answers', () => import('./endpoint/health.ts')),
      leaf('status', 'Prints the status of each endpoint', () => import('./endpoint/status.ts')),
    ]),
    persistentFlags: clusterFlag,
  },
  parent('member', 'Members of the cluster', [
    leaf('add', 'Adds a member', () => import('./member/add.ts')),
    leaf('list', 'Lists the members', () => import('./member/list.ts')),
    leaf('promote', 'Makes a learner a voting member', () => import('./member/promote.ts')),
    leaf('remove', 'Removes a member', () => import('./member/remove.ts')),
    leaf('update', 'Changes the peer URLs of a member', () => import('./member/update.ts')),
  ]),
  leaf('move-leader', 'Hands leadership to another member', () => import('./move-leader.ts')),
  parent(
    'snapshot',
    'Snapshots: the whole database of a member as a file',
    [
      ...offlineSnapshotNodes,
      leaf('save', 'Saves a snapshot of a member to a file', () => import('./snapshot/save.ts')),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  ),
]);

const concurrency = inGroup('concurrency', [
  leaf('elect', 'Takes part in an election or watches it', () => import('./elect.ts')),
  leaf('lock', 'Holds a named lock, alone or while a command runs', () => import('./lock.ts')),
]);

const auth = inGroup('auth', [
  parent('auth', 'Authentication: on, off, and which', [
    leaf('disable', 'Turns authentication off', () => import('./auth/disable.ts')),
    leaf('enable', 'Turns authentication on', () => import('./auth/enable.ts')),
    leaf('status', 'Says whether authentication is on', () => import('./auth/status.ts')),
  ]),
  parent('role', 'Roles: named sets of permissions', [
    leaf('add', 'Adds a role', () => import('./role/add.ts')),
    leaf('delete', 'Deletes a role', () => import('./role/delete.ts')),
    leaf('get', 'Shows what a role permits', () => import('./role/get.ts')),
    leaf('grant-permission', 'Gives a role access to keys', () => import('./role/grant-permission.ts')),
    leaf('list', 'Lists all roles', () => import('./role/list.ts')),
    leaf('revoke-permission', 'Takes access to keys from a role', () => import('./role/revoke-permission.ts')),
  ]),
  parent('user', 'Users, their passwords and roles', [
    leaf('add', 'Adds a user', () => import('./user/add.ts')),
    leaf('delete', 'Deletes a user', () => import('./user/delete.ts')),
    leaf('get', 'Shows the roles of a user', () => import('./user/get.ts')),
    leaf('grant-role', 'Grants a role to a user', () => import('./user/grant-role.ts')),
    leaf('list', 'Lists all users', () => import('./user/list.ts')),
    leaf('passwd', 'Changes the password of a user', () => import('./user/passwd.ts')),
    leaf('revoke-role', 'Revokes a role from a user', () => import('./user/revoke-role.ts')),
  ]),
]);

const utility = inGroup('utility', [
  parent('check', 'Checks of the performance of a cluster', [
    leaf('datascale', 'Measures the memory that a workload takes', () => import('./check/datascale.ts')),
    leaf('perf', 'Measures the throughput and latency of writes', () => import('./check/perf.ts')),
  ]),
  {
    name: 'completion',
    summary: 'Prints a completion script for a shell',
    load: async () => (await import('./completion.ts')).completionCommand('etcdctl'),
  },
  {
    name: 'help',
    summary: 'Shows help for any command',
    load: async () => (await import('./help.ts')).helpCommand(etcdctlTree),
  },
  leaf('make-mirror', 'Copies keys to another cluster and keeps the copy up to date', () => import('./make-mirror.ts')),
  {
    name: 'options',
    summary: 'Lists the flags that every command takes',
    load: async () => (await import('./options.ts')).optionsCommand(etcdctlTree),
  },
  leaf('sandbox', 'Runs a command, or a shell, with an etcd cluster of its own', () => import('./sandbox.ts')),
  {
    name: 'version',
    summary: 'Prints the version of etcdctl',
    load: async () => (await import('./version.ts')).versionCommand('etcdctl'),
  },
]);

/** etcdctl's commands, in the order of help. */
export const etcdctlTree: CommandNode = {
  name: 'etcdctl',
  summary: 'A command line client for etcd v3, for Node.js.',
  readsVariables: true,
  persistentFlags: globalFlags,
  children: [...kv, ...cluster, ...concurrency, ...auth, ...utility],
};
