/**
 * What differs by nature between two runs, each by name: generated ids,
 * addresses, durations. A rule replaces it by a placeholder. Texts are latin1,
 * one character per byte, so that binary output can be treated too.
 */

import { generatedIds } from './ids.ts';

/** What a rule may know of the world a text came from. */
export interface Surroundings {
  /** host:port of m1, m2, m3. */
  readonly endpoints: readonly string[];
  /** Decimal member and cluster ids, which are the same in both worlds and stay as they are. */
  readonly knownIds: ReadonlySet<string>;
  /** Decimal ids of the leases there are, which binary output may hold. */
  readonly leases: readonly string[];
}

export type Rule = (text: string, surroundings: Surroundings) => string;

/** Go's duration notation; µ arrives as two latin1 characters. */
const DURATION = String.raw`(?:\d+h)?(?:\d+m(?!s))?\d+(?:\.\d+)?(?:ns|Âµs|µs|ms|s)`;

const ALWAYS: readonly Rule[] = [addresses, newPeers, generatedIds];

/** Field 3 of a binary AuthStatusResponse, which is its last: a varint of up to two bytes. */
const AUTH_REVISION_FIELD = new RegExp(`${String.fromCharCode(0x18)}[^]{1,2}$`);

const NAMED = {
  /** How long something took. */
  durations: (text) => text.replace(new RegExp(String.raw`(?<![\w.])${DURATION}\b`, 'g'), '<duration>'),
  /** Seconds left of a lease, which may have begun to run down: any of the last five. */
  'remaining ttl': (text) =>
    text
      .replace(/TTL\((\d+)s\), remaining\((\d+)s\)/g, (whole, ttl, left) =>
        near(whole, ttl, left, `TTL(${ttl}s), remaining(<left>)`),
      )
      .replace(/"ttl":(\d+),"granted-ttl":(\d+)/g, (whole, left, ttl) =>
        near(whole, ttl, left, `"ttl":<left>,"granted-ttl":${ttl}`),
      )
      .replace(/"TTL" : (\d+)\n"GrantedTTL" : (\d+)/g, (whole, left, ttl) =>
        near(whole, ttl, left, `"TTL" : <left>\n"GrantedTTL" : ${ttl}`),
      ),
  /** Sizes of the database file depend on when it was written to disk. */
  'database size': (text) =>
    text
      .replace(/\b\d+(\.\d)? [kMG]?B\b/g, '<size>')
      .replace(/\b\d+%/g, '<percentage>')
      .replace(/("dbSize(?:InUse)?":)\d+/g, '$1<size>')
      .replace(/("DBSize(?:InUse)?" : )\d+/g, '$1<size>'),
  /** Entries in the log: internal ones, such as of a new leader, come when they come. */
  'raft index': (text) =>
    text
      .replace(/("raft(?:Applied)?Index":)\d+/g, '$1<index>')
      .replace(/("Raft(?:Applied)?Index" : )\d+/g, '$1<index>')
      .replace(/(, \d+), \d+, \d+, (?=[^\n]*$)/gm, '$1, <index>, <index>, ')
      .replace(/( \| \d+) \| \d+ \| \d+ \| /g, '$1 | <index> | <index> | '),
  /** Answers that come in the order of their arrival. */
  'any order of lines': (text) =>
    text
      .split(/(?<=\n)/)
      .sort()
      .join(''),
  'any order of blocks': (text) =>
    text
      .split(/(?<=\n\n)/)
      .sort()
      .join(''),
  'any order of objects': (text) =>
    text.replace(
      /^\[(\{.*\})\]$/gm,
      (_, list: string) =>
        `[${list
          .split(/(?<=\}),(?=\{)/)
          .sort()
          .join(',')}]`,
    ),
  /** Numbers measured, and whether they are good enough. */
  measurements: (text) =>
    text
      .replace(
        /^(?:PASS: Throughput is|FAIL: Throughput too low:) \d+ writes/gm,
        '<verdict>: throughput is <measured> writes',
      )
      .replace(/^(?:PASS: )?(Slowest|Stddev)(?: request)?(?: took too long:| took| is| too high:) /gm, '<verdict>: $1 ')
      .replace(/^(?:PASS|FAIL)$/gm, '<verdict>')
      .replace(/-?\d+\.\d+/g, '<measured>'),
  /** Keys of a lease come in the order of a Go map. */
  'any order of attached keys': (text) =>
    text
      .replace(
        /attached keys\(\[(.*)\]\)/g,
        (_, keys: string) => `attached keys([${keys.split(' ').sort().join(' ')}])`,
      )
      .replace(/"keys":\[(.*)\]/g, (_, keys: string) => `"keys":[${keys.split(',').sort().join(',')}]`)
      .replace(/(?:"Key" : .*\n)+/g, (keys) =>
        keys
          .split(/(?<=\n)/)
          .sort()
          .join(''),
      ),
  /** A message that ends in a Go value, addresses in memory and all. */
  'go value': (text) => text.replace(/ \(.*\)$/gm, ' (<go value>)'),
  /** Checksums: the same for the same history, which a wiped twin may not have had. */
  hash: (text) =>
    text
      .replace(/("hash":)\d+/g, '$1<hash>')
      .replace(/("Hash" : )\d+/g, '$1<hash>')
      .replace(/(<m\d>(?:,| \|) )\d+/g, '$1<hash>')
      .replace(/("compact_revision":)-?\d+/g, '$1<revision>'),
  /** The library that prints messages puts one or two spaces between fields, by chance. */
  spaces: (text) => text.replace(/ {2,}/g, ' '),
  /** Counts every change of users and roles, of which a wiped twin had its own. */
  'auth revision': (text) =>
    text
      .replace(/("authRevision":)\d+/g, '$1<revision>')
      .replace(/(AuthRevision: )\d+/g, '$1<revision>')
      .replace(AUTH_REVISION_FIELD, '<revision>'),
  /** How long an answer was depends on its revisions. */
  'size received': (text) => text.replace(/\(\d+ vs\. /g, '(<size> vs. '),
  'cluster version': (text) =>
    text
      .replace(/(cluster version |"version":")\d\.\d+(?:\.\d+)?/g, '$1<version>')
      .replace(/\d\.\d+\.\d+$/, '<version>'),
  'header revision': (text) => text.replace(/("revision":)\d+/g, '$1<revision>'),
  'compacted revision': (text) => text.replace(/(Compact(?:ing|ed) with revision )\d+/g, '$1<revision>'),
  /** Each tool has a version of its own. */
  version: (text) => text.replace(/^((?:etcdctl|API) version: )\d+\.\d+(\.\d+)?$/gm, '$1<version>'),
  /** Of help the usage line and the names of flags and commands; the words are each tool's own. */
  help: helpFacts,
  /** Of a completion script that it is one. */
  'completion script': (text) => text.replace(/^[^]*?((?:bash|zsh|fish|powershell) completion)[^]*$/i, '$1'),
  'no descriptions': (text) => text.replace(/\t.*$/gm, ''),
  /** The name server in a failed lookup, which only Go tells. */
  resolver: (text) => text.replace(/ on \S+:53:/g, ':'),
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof NAMED;

export const ruleNames = Object.keys(NAMED).filter((name): name is RuleName => name in NAMED);

export function normalise(text: string, names: readonly RuleName[], surroundings: Surroundings): string {
  const rules: Rule[] = [...ALWAYS, ...names.map((name) => NAMED[name])];
  return rules.reduce((current, rule) => rule(current, surroundings), text);
}

/** The usage line, and of each flag and command the name, with the type and the default. */
function helpFacts(text: string): string {
  const usage = /^Usage:\n\s+(.*)/m.exec(text)?.[1]?.replace(' [options]', '');
  if (usage === undefined && !text.startsWith('The following options')) return text;
  const entries = text.matchAll(
    /^\s+(?:-\w, )?(--[a-z][a-z-]*(?: [a-z]+)?|[a-z]+(?:-[a-z]+)?) .*?(\(default .*\))?$/gm,
  );
  return [usage, ...[...entries].map(([, name, value]) => [name, value].filter(Boolean).join(' '))]
    .filter((fact) => fact !== 'etcdctl')
    .join('\n');
}

function near(whole: string, ttl: string, left: string, replacement: string): string {
  const gone = Number(ttl) - Number(left);
  return gone >= 0 && gone <= 5 ? replacement : whole;
}

function addresses(text: string, { endpoints }: Surroundings): string {
  return endpoints.reduce((current, endpoint, index) => {
    const port = endpoint.slice(endpoint.lastIndexOf(':'));
    return current.replaceAll(endpoint, `<m${index + 1}>`).replaceAll(port, `:<port ${index + 1}>`);
  }, text);
}

/** The URL that a case gives to a member it adds; see NEW_PEER in world.ts. */
function newPeers(text: string): string {
  return text.replace(/http:\/\/10\.0\.0\.4:\d+/g, '<peer>');
}
