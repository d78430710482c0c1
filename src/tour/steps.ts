/** One stop of the tour. */
export interface Step {
  /** What it shows. */
  readonly about: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** The exit code it should have; 0 unless it shows a failure. */
  readonly exitCode?: number;
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
  { about: 'Write a key', args: ['put', 'greeting', 'hello'] },
  { about: 'Read it', args: ['get', 'greeting'] },
  { about: 'Read it for a program', args: ['get', 'greeting', '-w', 'json'] },
  { about: 'A transaction: change the value only if it is what we think', args: ['txn'], stdin: transaction },
  { about: 'Every change since the first revision', args: ['watch', 'greeting', '--rev', '1'], stopAfterLines: 6 },
  { about: 'A lease: keys that go when it ends', args: ['lease', 'grant', '60'] },
  { about: 'All leases', args: ['lease', 'list'] },
  { about: 'A lock, held while a command runs', args: ['lock', 'maintenance', '--', 'echo', 'nobody else is here'] },
  { about: 'The members', args: ['member', 'list', '-w', 'table'] },
  { about: 'Their health', args: ['endpoint', 'health', '--cluster'] },
  { about: 'Their status', args: ['endpoint', 'status', '-w', 'fields'] },
  { about: 'A role that may read greetings', args: ['role', 'add', 'reader'] },
  { about: '… and only these', args: ['role', 'grant-permission', 'reader', 'read', 'greeting', '--prefix'] },
  { about: 'What it may do', args: ['role', 'get', 'reader'] },
  { about: 'A backup', args: ['snapshot', 'save', '$TOUR/backup.db'] },
  { about: 'Old revisions go', args: ['compaction', '3'] },
  { about: 'What a failure says: a revision that is gone', args: ['get', 'greeting', '--rev', '2'], exitCode: 1 },
  {
    about: '… and an endpoint where nothing listens',
    args: ['get', 'greeting', '--endpoints', '127.0.0.1:1', '--command-timeout', '300ms'],
    exitCode: 1,
  },
  { about: 'Delete the key', args: ['del', 'greeting'] },
];
