/** What a flag takes, after the types of etcd's own flags. */
export type FlagKind =
  | 'text'
  | 'switch'
  /** A whole number that is not negative; Go's uint and uint64. */
  | 'count'
  /** A whole number of 64 bits with a sign. */
  | 'integer'
  /** As Go writes durations: `100ms`, `1h30m`. */
  | 'duration'
  /** http, https, unix and unixs URLs, parted by commas. */
  | 'urls'
  /** Words parted by commas. */
  | 'list'
  /** `Name=true,Other=false`, the names being known. */
  | 'gates';

export type FlagGroup =
  | 'Member'
  | 'Clustering'
  | 'Security'
  | 'Auth'
  | 'Profiling and Monitoring'
  | 'Logging'
  | 'Distributed tracing'
  | 'Features'
  | 'Unsafe feature';

/**
 * What becomes of a flag here. Nothing that etcd knows is ignored in silence:
 * `harmless` is accepted and said in the log, with the reason; `refused` ends
 * the start, unless the value is the initial one.
 */
export type Support = 'honoured' | { readonly harmless: string } | { readonly refused: string };

export interface Flag {
  readonly name: string;
  readonly kind: FlagKind;
  /** In the form in which it would be typed. */
  readonly initial: string;
  readonly group: FlagGroup;
  readonly help: string;
  readonly support: Support;
  /** The only values there are, where etcd refuses others as it reads them. */
  readonly choices?: readonly string[];
  /** Values beside those of the kind. */
  readonly exceptions?: readonly string[];
}

/** A flag without what is the same for its neighbours. */
type Row = readonly [name: string, kind: FlagKind, initial: string, help: string, extra?: Partial<Flag>];

/** Makes the flags of one group. */
export function flagGroup(group: FlagGroup, rows: readonly Row[]): Flag[] {
  return rows.map(([name, kind, initial, help, extra]) => ({
    name,
    kind,
    initial,
    group,
    help,
    support: 'honoured',
    ...extra,
  }));
}
