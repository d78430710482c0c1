import { quote, quoteRune, utf8Encode } from '../../base/index.ts';

/** What is wrong with a flag on the command line. */
export type FlagFault = 'unknown-flag' | 'unknown-shorthand' | 'argument-missing' | 'argument-invalid' | 'bad-syntax';

/** A command line that the flag grammar refuses; the message is pflag's, to the letter. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
  readonly fault: FlagFault;
  /** The flag as it was typed, without dashes; of a shorthand, its letter. */
  readonly flag: string;

  private constructor(fault: FlagFault, flag: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
    this.flag = flag;
  }

  static unknown(flag: string): FlagError {
    return new FlagError('unknown-flag', flag, `unknown flag: --${flag}`);
  }

  /** @param group the letters from the unknown one on, as typed */
  static unknownShorthand(group: string): FlagError {
    const letter = quoteRune(firstByte(group));
    return new FlagError('unknown-shorthand', group.slice(0, 1), `unknown shorthand flag: ${letter} in -${group}`);
  }

  static argumentMissing(flag: string): FlagError {
    return new FlagError('argument-missing', flag, `flag needs an argument: --${flag}`);
  }

  static shorthandArgumentMissing(group: string): FlagError {
    const letter = quoteRune(firstByte(group));
    return new FlagError('argument-missing', group.slice(0, 1), `flag needs an argument: ${letter} in -${group}`);
  }

  /** @param short the flag's shorthand, which the message names too */
  static argumentInvalid(flag: string, short: string | undefined, text: string, cause: unknown): FlagError {
    const named = short === undefined ? `--${flag}` : `-${short}, --${flag}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `invalid argument ${quote(text)} for ${quote(named)} flag: ${reason}`;
    return new FlagError('argument-invalid', flag, message, { cause });
  }

  static badSyntax(word: string): FlagError {
    return new FlagError('bad-syntax', word.replace(/^-+/, ''), `bad flag syntax: ${word}`);
  }
}

/** pflag takes a shorthand for one byte, and so names the first byte of any other character. */
function firstByte(group: string): number {
  return utf8Encode(group)[0] ?? 0;
}
