import { type Flag, flagGroup } from './flag.ts';

const NO_DISCOVERY =
  'this kind of discovery is not built; list the members in --initial-cluster, or use --discovery-srv';
const refused: Partial<Flag> = { support: { refused: NO_DISCOVERY } };
const idle: Partial<Flag> = { support: { harmless: 'it matters only to discovery by a service, which is not built' } };

export const clusteringFlags = flagGroup('Clustering', [
  ['initial-advertise-peer-urls', 'urls', 'http://localhost:2380', 'URLs at which the other members reach this one.'],
  ['initial-cluster', 'text', 'default=http://localhost:2380', 'The members of a new cluster: name=URL,name=URL.'],
  [
    'initial-cluster-state',
    'text',
    'new',
    'Whether the cluster is new, or existing and joined.',
    { choices: ['new', 'existing'] },
  ],
  ['initial-cluster-token', 'text', 'etcd-cluster', 'Tells clusters apart whose members have the same URLs.'],
  ['advertise-client-urls', 'urls', 'http://localhost:2379', 'URLs at which clients reach this member.'],
  ['discovery-token', 'text', '', 'Discovery: token of the cluster.', refused],
  ['discovery-endpoints', 'list', '', 'Discovery: endpoints of the discovery service.', refused],
  ['discovery-dial-timeout', 'duration', '2s', 'Discovery: dial timeout.', idle],
  ['discovery-request-timeout', 'duration', '5s', 'Discovery: request timeout.', idle],
  ['discovery-keepalive-time', 'duration', '2s', 'Discovery: keep-alive interval.', idle],
  ['discovery-keepalive-timeout', 'duration', '6s', 'Discovery: keep-alive timeout.', idle],
  ['discovery-insecure-transport', 'switch', 'true', 'Discovery: no TLS.', idle],
  ['discovery-insecure-skip-tls-verify', 'switch', 'false', "Discovery: do not verify the server's certificate.", idle],
  ['discovery-cert', 'text', '', 'Discovery: client certificate.', idle],
  ['discovery-key', 'text', '', "Discovery: client certificate's key.", idle],
  ['discovery-cacert', 'text', '', 'Discovery: CA of the server.', idle],
  ['discovery-user', 'text', '', 'Discovery: user.', idle],
  ['discovery-password', 'text', '', 'Discovery: password.', idle],
  ['discovery-fallback', 'text', 'exit', 'What to do when discovery fails.', { choices: ['exit', 'proxy'], ...idle }],
  ['discovery-srv', 'text', '', 'DNS domain whose SRV records list the members of a new cluster.'],
  ['discovery-srv-name', 'text', '', 'Suffix of the SRV service name.'],
  ['strict-reconfig-check', 'switch', 'true', 'Refuse changes of membership that would cost the quorum.'],
  ['pre-vote', 'switch', 'true', 'Ask whether an election can be won before starting one.'],
  ['auto-compaction-retention', 'text', '0', 'How much history automatic compaction keeps (0: it is off).'],
  ['auto-compaction-mode', 'text', 'periodic', 'What the retention counts: time (periodic) or revisions (revision).'],
  [
    'v2-deprecation',
    'text',
    'write-only',
    'Has no effect; etcd ignores it, too.',
    {
      choices: ['write-only', 'write-only-skip-check', 'write-only-drop-data', 'gone'],
      support: { harmless: 'it is deprecated, and scheduled for removal in v3.8' },
    },
  ],
]);
