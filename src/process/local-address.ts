import { isIP } from 'node:net';
import type { LogEvent } from '../base/index.ts';
import type { ServerSettings } from './settings.ts';

export interface LocalAddress {
  /** Undefined where the platform is to choose it. */
  readonly address: string | undefined;
  readonly notes: readonly LogEvent[];
}

/**
 * The address that this member dials others from: with the gate SetMemberLocalAddr the first address in its own peer
 * URLs that others could reach, so that it is one that its certificate is for.
 */
export function localAddressOf({ gates, advertisePeerUrls }: ServerSettings): LocalAddress {
  if (!gates.SetMemberLocalAddr) return { address: undefined, notes: [] };
  const fields = { 'advertise-peer-urls': [...advertisePeerUrls] };
  const search = 'searching for a suitable member local address in AdvertisePeerURLs';
  const notes: LogEvent[] = [{ level: 'info', message: search, fields }];
  const address = advertisePeerUrls.map(hostOf).find((host) => isIP(host) !== 0 && !isLocalOnly(host));
  if (address === undefined) {
    const message = 'unable to set a member local address due to lack of suitable local addresses';
    notes.push({ level: 'warn', message, fields });
  } else {
    notes.push({ level: 'info', message: 'setting member local address', fields: { LocalAddr: address } });
  }
  return { address, notes };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '');

/** URLs write addresses in one way only. */
const isLocalOnly = (address: string): boolean =>
  /^127\.|^0\.0\.0\.0$|^::1?$|^::ffff:(7f[0-9a-f]{2}:|0:0$)/.test(address);
