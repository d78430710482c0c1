import { concatBytes, quote } from '../../../base/index.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';

/** The name that a key of the source has at the destination. */
export type Rename = (key: Uint8Array) => Uint8Array;

/**
 * Puts `destination` in the place of the prefix that every mirrored key begins with.
 * @throws {CliError} for a key that has no name left: etcd's text, and which key it is
 */
export const replacePrefix =
  (prefix: Uint8Array, destination: Uint8Array): Rename =>
  (key) => {
    const renamed = concatBytes([destination, key.subarray(prefix.length)]);
    if (renamed.length > 0) return renamed;
    throw new CliError(ExitCode.Error, 'etcdserver: key is not provided', {
      details: [`the key ${quote(key)} of the source has no name left without its prefix`, 'hint: give --dest-prefix'],
    });
  };
