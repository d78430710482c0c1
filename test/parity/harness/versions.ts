/**
 * Where etcdctl 3.7, whose behaviour ours has, differs from the older releases
 * that it is compared with. Each difference says what to take away, on which
 * side, so that the rest can still be compared byte for byte.
 */
import type { Since } from './case.ts';
import type { View } from './view.ts';

interface Difference {
  /** The release that brought the change; it shows against every older one. */
  readonly since: Since;
  readonly theirs?: (view: View) => View;
  readonly ours?: (view: View) => View;
}

const stdout =
  (change: (text: string) => string) =>
  (view: View): View => ({ ...view, stdout: change(view.stdout) });

const exitCode =
  (code: number) =>
  (view: View): View => ({ ...view, exitCode: code });

const messages =
  (change: (lines: readonly string[]) => readonly string[]) =>
  (view: View): View => ({ ...view, messages: change(view.messages) });

function withoutRangeNotice(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/^Warning: Keys between|^In etcd v3\.6, the operation will be suspended/.test(line));
}

function decimalFields(text: string): string {
  const fields = /^("(?:ClusterID|MemberID|ID|Lease)" : )([0-9a-f]+)$/gm;
  return text
    .replace(fields, (_, name: string, hex: string) => name + String(BigInt(`0x${hex}`)))
    .replace(/<(id \d+) in hex>/g, '<$1>');
}

function snakeCaseResponses(text: string): string {
  return text.replace(
    /"Response(Put|Range|DeleteRange|Txn)"/g,
    (_, kind: string) => `"response${kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`,
  );
}

/** The ten columns of old in the order of the sixteen. */
const STATUS_COLUMNS = [0, 1, 2, 4, 8, 9, 10, 11, 12, 13];

function oldStatusColumns(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const separator = line.includes(' | ') ? ' | ' : ', ';
      const cells = line.split(separator);
      return cells.length < 16 ? line : STATUS_COLUMNS.map((column) => cells[column]).join(separator);
    })
    .join('\n');
}

const NEW_STATUS_FIELDS =
  /^"(StorageVersion|DBSizeInUse|DBSizeQuota|DowngradeTargetVersion|DowngradeEnabled)" : .*\n/gm;

/** Without the third column, and without the field. */
function withoutHashRevision(text: string): string {
  return text
    .replace(/^"HashRevision" : .*\n/gm, '')
    .replace(/(<hash>), \d+$/gm, '$1')
    .replace(/^(ENDPOINT \| HASH) \| HASH REVISION$/gm, '$1')
    .replace(/(<hash>) \| \d+$/gm, '$1');
}

const healthy = (line: string): boolean => line.includes(' is healthy: ');

/** 3.4 said on stderr which endpoints are well. */
function healthyOnStdout(view: View): View {
  const said = view.messages.filter(healthy).map((line) => `${line}\n`);
  return { ...view, stdout: view.stdout + said.join(''), messages: view.messages.filter((line) => !healthy(line)) };
}

const DIFFERENCES = {
  /** Usage after an error of flags went to stdout. */
  'usage on stdout': { since: '3.7', theirs: stdout(() => '') },
  /** Older help has other headings and the global flags in every text; here it counts only that it is there. */
  'layout of help': { since: '3.7', theirs: stdout(() => 'help'), ours: stdout((text) => (text === '' ? '' : 'help')) },
  /** 3.6 warns and waits; 3.5 said that it would; 3.4 is silent. */
  'range deletion is announced': {
    since: '3.6',
    theirs: messages(withoutRangeNotice),
    ours: messages(withoutRangeNotice),
  },
  'revision 0 is left out': { since: '3.6', theirs: stdout((text) => text.replaceAll('"Revision" : 0\n', '')) },
  /** `--hex` changes the ids in the fields format. */
  'hex in fields': { since: '3.6', ours: stdout(decimalFields) },
  'small letter in watch -i': {
    since: '3.5',
    theirs: (view) => ({
      ...view,
      stdout: view.stdout.replace('Error: Error reading', 'Error: error reading'),
      messages: view.messages.map((line) => line.replace('Error: Error reading', 'Error: error reading')),
    }),
  },
  'sixteen columns of status': { since: '3.6', ours: stdout(oldStatusColumns) },
  'more fields of status': { since: '3.6', ours: stdout((text) => text.replace(NEW_STATUS_FIELDS, '')) },
  'revision of the hash': { since: '3.6', ours: stdout(withoutHashRevision) },
  'no endpoints are null': { since: '3.6', theirs: stdout((text) => text.replace(/^\[\]$/m, 'null')) },
  'healthy is said on stderr': { since: '3.5', theirs: healthyOnStdout },
  'a learner is added as learner': {
    since: '3.6',
    theirs: stdout((text) => text.replace(' added to', ' added as learner to')),
  },
  /** Alarms are printed by another library, which ends no line with a space. */
  'alarms as text': { since: '3.7', theirs: stdout((text) => text.replace(/ $/gm, '')) },
  'defragmentation took': {
    since: '3.6',
    ours: (view) => ({
      ...view,
      stdout: view.stdout.replaceAll('. took <duration>', ''),
      messages: view.messages.map((line) => line.replace('. took <duration>.', '')),
    }),
  },
  'root may do anything': {
    since: '3.6',
    theirs: stdout((text) => text.replace(/KV (Read|Write):\n/g, 'KV $1:\n\t[, <open ended>\n')),
  },
  'snapshot save expects': {
    since: '3.6',
    theirs: messages((lines) => lines.map((line) => `${line} <filename>`)),
  },
  /** The list of ETCDCTL_* values has the flags there are. */
  'new flags in debug': {
    since: '3.7',
    ours: messages((lines) => lines.filter((line) => !/^ETCDCTL_(AUTH_JWT_TOKEN|MAX_RE(QUEST|CV)_BYTES)=/.test(line))),
  },
  'quoted advice': {
    since: '3.5',
    theirs: messages((lines) => lines.map((line) => line.replace(/(Delete with )(.*)( first)$/, "$1'$2'$3"))),
  },
  /** Go's name of the type in an error message. */
  'revoke response is a pointer': {
    since: '3.7',
    theirs: messages((lines) => lines.map((line) => line.replace('for type clientv3.', 'for type *clientv3.'))),
  },
  /** A sixth key, and null in place of no events. */
  'cancel reason in watch': {
    since: '3.7',
    ours: stdout((text) => text.replaceAll(/,"CancelReason":"[^"]*"/g, '').replaceAll('"Events":null', '"Events":[]')),
  },
  /** 3.4 ended with 1 whatever the command under the lock ended with. */
  'exit code of the command': { since: '3.5', theirs: exitCode(1), ours: exitCode(1) },
  /** The kind of each response in the JSON of a transaction. */
  'snake case in txn': { since: '3.5', theirs: stdout(snakeCaseResponses) },
} as const satisfies Record<string, Difference>;

export type VersionDifference = keyof typeof DIFFERENCES;

export function versionDifference(name: VersionDifference): Difference {
  return DIFFERENCES[name];
}

export const versionDifferences = Object.keys(DIFFERENCES).filter(
  (name): name is VersionDifference => name in DIFFERENCES,
);
