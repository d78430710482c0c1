/** One stop of the tour. */
export interface Step {
  /** What it shows. */
  readonly about: string;
  /** Words of the command line; `$NAME` stands for what the tour knows only when it runs. */
  readonly args: readonly string[];
  /** Ask here instead of all members. */
  readonly endpoint?: '$LEADER' | '$RETURNED';
  /** The tool, where it is not etcdctl. */
  readonly tool?: 'etcdutl';
  readonly stdin?: string;
  /** The exit code it should have; 0 unless it shows a failure. */
  readonly exitCode?: number;
  /** What its output should match. */
  readonly expect?: RegExp;
  /** For a command that runs until it is stopped: end it once this many lines are out. */
  readonly stopAfterLines?: number;
}

export const offlineSteps: readonly Step[] = [
  { about: 'Which etcdctl is this?', args: ['version'] },
  { about: 'A misspelt command', args: ['gett', 'greeting'], exitCode: 1 },
];

const transaction = `value("greeting") = "hello"

put greeting "hello again"
get greeting

put greeting hello

`;

export const onlineSteps: readonly Step[] = [
  { about: 'Write a key', args: ['put', 'greeting', 'hello'], expect: /^OK$/m },
  { about: 'Read it', args: ['get', 'greeting'], expect: /^greeting\nhello$/m },
  { about: 'Read it for a program', args: ['get', 'greeting', '-w', 'json'], expect: /"value":"aGVsbG8="/ },
  {
    about: 'A transaction: change the value only if it is what we think',
    args: ['txn'],
    stdin: transaction,
    expect: /^SUCCESS$[^]*hello again/m,
  },
  {
    about: 'Every change since the first revision',
    args: ['watch', 'greeting', '--rev', '1'],
    stopAfterLines: 6,
    expect: /PUT\ngreeting\nhello\nPUT\ngreeting\nhello again/,
  },
  { about: 'A lease: keys that go when it ends', args: ['lease', 'grant', '60'], expect: /granted with TTL\(60s\)/ },
  { about: 'All leases', args: ['lease', 'list'], expect: /found 1 leases/ },
  {
    about: 'A lock, held while a command runs',
    args: ['lock', 'maintenance', '--', 'echo', 'nobody else is here'],
    expect: /nobody else is here/,
  },
  { about: 'The members', args: ['member', 'list', '-w', 'table'], expect: /m1[^]*m2[^]*m3|started/ },
  { about: 'Their health', args: ['endpoint', 'health', '--cluster'], expect: /is healthy/ },
  { about: 'Their status', args: ['endpoint', 'status', '-w', 'table'], expect: /true[^]*false|false[^]*true/ },
  { about: 'A role that may read greetings', args: ['role', 'add', 'reader'] },
  { about: '… and only these', args: ['role', 'grant-permission', 'reader', 'read', 'greeting', '--prefix'] },
  { about: 'What it may do', args: ['role', 'get', 'reader'], expect: /greeting/ },
  { about: 'A backup', args: ['snapshot', 'save', '$TOUR/backup.db'], endpoint: '$LEADER', expect: /Snapshot saved/ },
  {
    about: 'What is in it',
    args: ['snapshot', 'status', '$TOUR/backup.db', '-w', 'table'],
    expect: /REVISION/,
    tool: 'etcdutl',
  },
  {
    about: 'A member of a new cluster made of it',
    args: ['snapshot', 'restore', '$TOUR/backup.db', '--data-dir', '$TOUR/restored'],
    tool: 'etcdutl',
  },
  { about: 'Old revisions go', args: ['compaction', '3'], expect: /compacted revision 3/ },
  {
    about: 'What a failure says: a revision that is gone',
    args: ['get', 'greeting', '--rev', '2'],
    exitCode: 1,
  },
  {
    about: '… and an endpoint where nothing listens',
    args: ['get', 'greeting', '--endpoints', '127.0.0.1:1', '--command-timeout', '300ms'],
    exitCode: 1,
  },
];

/** After the leader was killed. */
export const survivalSteps: readonly Step[] = [
  { about: 'Two of three members go on: the key is still there', args: ['get', 'greeting'], expect: /hello again/ },
  { about: '… and can be written', args: ['put', 'greeting', 'hello from the others'], expect: /^OK$/m },
  {
    about: 'Who is ill, and who has taken over',
    args: ['endpoint', 'health'],
    exitCode: 1,
    expect: /is healthy/,
  },
];

/** After it came back. */
export const recoverySteps: readonly Step[] = [
  { about: 'All are well again', args: ['endpoint', 'health'], expect: /(is healthy[^]*){3}/ },
  {
    about: 'The one that was away has what was written meanwhile',
    args: ['get', 'greeting', '--consistency', 's'],
    endpoint: '$RETURNED',
    expect: /hello from the others/,
  },
  {
    about: 'Leadership can be handed on as well',
    args: ['move-leader', '$FOLLOWER'],
    endpoint: '$LEADER',
    expect: /Leadership transferred/,
  },
  { about: 'Delete the key', args: ['del', 'greeting'], expect: /^1$/m },
];

/** On the cluster that was restored from the backup. */
export const restoredSteps: readonly Step[] = [
  { about: 'In the cluster made of the backup the key is as it was', args: ['get', 'greeting'], expect: /hello again/ },
];
