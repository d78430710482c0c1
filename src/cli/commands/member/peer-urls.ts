import { parsePeerUrls } from '../../../base/peer-urls.ts';
import { badArgs } from '../../errors.ts';
import { string } from '../../flags/index.ts';

export const peerUrlsFlag = string('', 'comma separated peer URLs of the member');

/**
 * `--peer-urls` as a list.
 * @throws {CliError} exit code 128 when it is missing
 * @throws {Error} exit code 1, in etcd's words, when one is no URL of a member
 */
export function peerUrls(text: string): string[] {
  if (text === '') throw badArgs('member peer urls not provided');
  const urls = text.split(',');
  parsePeerUrls(urls);
  return urls;
}
