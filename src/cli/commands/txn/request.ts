import type { Init, RequestOp } from '../../../wire/index.ts';
import { CliError, invalidInput } from '../../errors.ts';
import { FlagError, type FlagSpecs, parseFlags } from '../../flags/index.ts';
import { delFlags, type DelOptions, delOptions } from '../del.ts';
import { getFlags, getOptions } from '../get.ts';
import { putFlags, putOptions, putRequest } from '../put.ts';
import { splitWords } from '../words.ts';

/** One request of a transaction; a del over a range that was not announced carries its options, to be warned of. */
export interface RequestLine {
  readonly op: Init<RequestOp>;
  readonly del?: DelOptions;
}

const names = ['get', 'put', 'del'] as const;

/**
 * A request line: `get`, `put` or `del` (or a prefix of these) with the flags
 * and arguments that the command of that name takes.
 * @throws {CliError} exit code 3 for a line that is no request, 128 for bad arguments, as etcdctl
 */
export function parseRequest(line: string): RequestLine {
  const [name = '', ...words] = splitWords(line);
  if (words.length === 0) throw invalidInput(`invalid txn compare request: ${line}`);
  const command = names.find((known) => known === name) ?? only(names.filter((known) => known.startsWith(name)));
  switch (command) {
    case 'get':
      return { op: { request_range: getOptions(...parse(line, getFlags, words)).request } };
    case 'put':
      return { op: { request_put: put(...parse(line, putFlags, words)) } };
    case 'del': {
      const del = delOptions(...parse(line, delFlags, words));
      return { op: { request_delete_range: del.request }, del };
    }
    case undefined:
    default:
      throw invalidInput(`invalid txn request: ${line}`);
  }
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

function parse<const Specs extends FlagSpecs>(line: string, specs: Specs, words: readonly string[]) {
  try {
    const parsed = parseFlags(specs, words);
    // A help flag in a transaction would print help and then wait for ever in etcdctl.
    if (parsed.kind === 'help') throw invalidInput(`invalid txn request: ${line} (help is not a request)`);
    return [parsed.values, parsed.args] as const;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new CliError(3, `invalid txn request: ${line}`, { details: [error.message], cause: error });
  }
}

/** A put line has its value on the line: stdin is the transaction itself. */
function put(...parsed: Parameters<typeof putOptions>): Init<RequestOp['request_put']> {
  const options = putOptions(...parsed);
  if (options.value === undefined) putOptions(parsed[0], []); // says what is missing
  return putRequest(options, new Uint8Array());
}
