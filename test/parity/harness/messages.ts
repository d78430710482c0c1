/**
 * What stderr means: its lines without the log lines of the Go client and
 * without usage texts. Ours may add lines of explanation after an error; they
 * are indented.
 */

const LOG_LINE = /^\{"level":"|^(?:(?:INFO|WARNING|ERROR): )?\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d/;
/**
 * Words of other programs: of stty, which Go's tool has switch the echo off
 * where there may be no terminal, and of an interactive bash without one.
 */
const BYSTANDER = /^stty: |^bash: (?:cannot set terminal process group|no job control in this shell)/;
const USAGE_START = /^(NAME:|Usage:)/;
const ENVIRONMENT_WARNING = /unrecognized environment variable.*?(ETCDCTL_\w+)/;

export function messages(stderr: string): string[] {
  const kept: string[] = [];
  let usage = false;
  let repeated = false;
  for (const line of withoutDumps(stderr).split('\n')) {
    const variable = ENVIRONMENT_WARNING.exec(line.replace('","environment-variable":"', ' '))?.[1];
    if (variable !== undefined) kept.push(`unrecognized environment variable ${variable}`);
    if (variable !== undefined || line === '' || LOG_LINE.test(line) || BYSTANDER.test(line)) continue;
    // The trace of a Go panic says nothing to compare.
    if (line.startsWith('goroutine ')) break;
    if (line.startsWith('Error: ')) usage = false;
    else if (USAGE_START.test(line)) usage = true;
    if (usage) continue;
    // Go 3.5 and older say errors of flags and commands twice.
    repeated = kept.includes(line) && (repeated || line.startsWith('Error: '));
    if (!repeated) kept.push(line);
  }
  return kept;
}

/** On a terminal the log lines stand among the output. */
export function withoutLogLines(text: string): string {
  const lines = text.split(/(?<=\n)/);
  return lines.filter((line) => !LOG_LINE.test(line)).join('');
}

/** With --debug the Go client logs structures over many lines, which begin in a log line. */
function withoutDumps(stderr: string): string {
  return stderr.replace(/ \{\n(?:[ }][^\n]*\n)+/g, ' {}\n');
}

/**
 * Ours without its explanations: indented lines, where theirs has something to
 * say as well. A command that succeeds in silence has nothing to explain.
 */
export function withoutExplanations(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  if (theirs.length === 0) return ours;
  return ours.filter((line) => !line.startsWith('  ') || theirs.includes(line));
}
