import { messageOf } from '../../../base/index.ts';
import { badArgs } from '../../errors.ts';
import type { Io } from '../../io.ts';

/**
 * Asks for a new password twice, without echo.
 * @throws {CliError} exit code 128 when it is empty or the two differ
 */
export async function askNewPassword(io: Io, name: string): Promise<string> {
  const first = await ask(io, `Password of ${name}: `);
  if (first === '') throw badArgs('empty password');
  const second = await ask(io, `Type password of ${name} again for confirmation: `);
  if (first !== second) throw badArgs('given passwords are different');
  return first;
}

async function ask(io: Io, prompt: string): Promise<string> {
  try {
    return await io.stdin.readSecret(prompt);
  } catch (error) {
    throw badArgs(`failed to ask password: ${messageOf(error)}.`);
  }
}

/**
 * The first word of the first line on stdin, as `--interactive=false` reads it.
 * An empty line makes a user that no password lets in, only a certificate; it
 * is said, because it may also be an empty pipe.
 */
export async function readPasswordWord(io: Io): Promise<string> {
  let text = '';
  for await (const chunk of io.stdin) {
    text += Buffer.from(chunk).toString();
    if (text.includes('\n')) break;
  }
  const word = /^[^\S\n]*(\S+)/.exec(text)?.[1] ?? '';
  if (word === '') io.stderr.write('Warning: the password read from stdin is empty\n');
  return word;
}
