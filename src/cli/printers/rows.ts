import { formatDuration, formatSize } from '../../base/index.ts';
import type { Member, MemberListResponse, StatusResponse } from '../../wire/index.ts';
import type { EndpointHashKv, EndpointHealth, EndpointStatus } from './printer.ts';
import { hex } from './text.ts';

/** A list as `table` draws it and `simple` joins it. */
export interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const memberRows = (response: MemberListResponse): Rows => ({
  head: ['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'CLIENT ADDRS', 'IS LEARNER'],
  rows: response.members.map(memberRow),
});

const memberRow = (member: Member): string[] => [
  hex(member.ID),
  member.name === '' ? 'unstarted' : 'started',
  member.name,
  member.peerURLs.join(','),
  member.clientURLs.join(','),
  String(member.isLearner),
];

export const healthRows = (list: readonly EndpointHealth[]): Rows => ({
  head: ['ENDPOINT', 'HEALTH', 'TOOK', 'ERROR'],
  rows: list.map((entry) => [entry.endpoint, String(entry.health), tookText(entry), entry.error]),
});

/** How long the check took, `3.116034ms`; nothing when it could not even begin. */
export const tookText = ({ tookNs }: EndpointHealth): string => (tookNs === undefined ? '' : formatDuration(tookNs));

export const statusRows = (list: readonly EndpointStatus[]): Rows => ({
  head: [
    'ENDPOINT',
    'ID',
    'VERSION',
    'STORAGE VERSION',
    'DB SIZE',
    'IN USE',
    'PERCENTAGE NOT IN USE',
    'QUOTA',
    'IS LEADER',
    'IS LEARNER',
    'RAFT TERM',
    'RAFT INDEX',
    'RAFT APPLIED INDEX',
    'ERRORS',
    'DOWNGRADE TARGET VERSION',
    'DOWNGRADE ENABLED',
  ],
  rows: list.map(({ endpoint, status }) => [endpoint, ...statusRow(status)]),
});

function statusRow(status: StatusResponse): string[] {
  const memberId = status.header?.member_id ?? 0n;
  return [
    hex(memberId),
    status.version,
    status.storageVersion,
    formatSize(status.dbSize),
    formatSize(status.dbSizeInUse),
    `${unusedPercentage(status)}%`,
    formatSize(status.dbSizeQuota),
    String(status.leader === memberId),
    String(status.isLearner),
    String(status.raftTerm),
    String(status.raftIndex),
    String(status.raftAppliedIndex),
    status.errors.join(', '),
    status.downgradeInfo?.targetVersion ?? '',
    String(status.downgradeInfo?.enabled ?? false),
  ];
}

// etcd counts in whole per cent of the used part, so 99.9 % in use is 1 % not in use.
const unusedPercentage = ({ dbSize, dbSizeInUse }: StatusResponse): bigint =>
  dbSize === 0n ? 0n : 100n - (dbSizeInUse * 100n) / dbSize;

export const hashKvRows = (list: readonly EndpointHashKv[]): Rows => ({
  head: ['ENDPOINT', 'HASH', 'HASH REVISION'],
  rows: list.map(({ endpoint, hashKv }) => [endpoint, String(hashKv.hash), String(hashKv.hash_revision)]),
});
