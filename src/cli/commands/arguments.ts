import { messageOf, parseInt64, parseUint64 } from '../../base/index.ts';
import type { Invocation } from '../command.ts';
import { badArgs } from '../errors.ts';

/**
 * The positional arguments of a command that takes exactly `count`.
 * @throws {CliError} exit code 128 with `message` when there are more or fewer
 */
export function exactly(count: number, { args }: Invocation, message: string): readonly string[] {
  if (args.length !== count) throw badArgs(message);
  return args;
}

/** The one positional argument of a command that takes exactly one. */
export function only(invocation: Invocation, message: string): string {
  return exactly(1, invocation, message)[0] ?? '';
}

/** A lease id as users write it: hexadecimal, signed, without 0x. */
export function leaseIdArgument(text: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    throw badArgs(`bad lease ID arg (${messageOf(error)}), expecting ID in Hex`);
  }
}

/** A member id as users write it: hexadecimal without 0x. */
export function memberIdArgument(text: string): bigint {
  try {
    return parseUint64(text, 16);
  } catch (error) {
    throw badArgs(`bad member ID arg (${messageOf(error)}), expecting ID in Hex`);
  }
}
