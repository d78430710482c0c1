import { lookup, resolveSrv } from 'node:dns/promises';
import { type LogSink, messageOf } from '../base/index.ts';
import { parseGoUrl } from '../base/go-url.ts';
import { splitHostPort } from '../base/peer-urls.ts';
import { SettingsError } from './check-settings.ts';
import type { ServerSettings } from './settings.ts';

/** What is asked of the DNS; tests put tables in its place. */
export interface Dns {
  readonly resolveSrv: (name: string) => Promise<readonly { readonly name: string; readonly port: number }[]>;
  readonly addressesOf: (host: string) => Promise<readonly string[]>;
}

const systemDns: Dns = {
  resolveSrv,
  addressesOf: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
};

/** The services whose records tell of members, with what is spoken there. */
const SERVICES = [
  ['https', 'etcd-server-ssl'],
  ['http', 'etcd-server'],
] as const;

/**
 * The initial cluster as the SRV records of a domain tell it (etcd's --discovery-srv): `_etcd-server-ssl._tcp` and
 * `_etcd-server._tcp`, with `-NAME` after the service if --discovery-srv-name is given. The member is the one whose
 * peer URL has the same address; the others get numbers for names.
 * @throws SettingsError if there are no records, or none for this member
 */
export async function initialClusterBySrv(
  settings: ServerSettings,
  log: LogSink,
  dns: Dns = systemDns,
): Promise<string> {
  const { discoverySrv: domain, discoverySrvName, name } = settings;
  const own = new Set((await Promise.all(settings.advertisePeerUrls.map((url) => endpointsOf(url, dns)))).flat());
  const members: string[] = [];
  const errors: string[] = [];
  let unnamed = 0;
  for (const [scheme, kind] of SERVICES) {
    const service = discoverySrvName === '' ? kind : `${kind}-${discoverySrvName}`;
    const fields = { 'service-scheme': scheme, 'service-name': service, 'server-name': name, 'discovery-srv': domain };
    try {
      for (const record of await dns.resolveSrv(`_${service}._tcp.${domain}`)) {
        const url = `${scheme}://${record.name.replace(/\.$/, '')}:${record.port}`;
        const isOwn = (await endpointsOf(url, dns)).some((endpoint) => own.has(endpoint));
        members.push(`${isOwn ? name : String(unnamed++)}=${url}`);
        log({ level: 'info', message: 'got bootstrap from DNS', fields: { ...fields, url, 'is-local': isOwn } });
      }
    } catch (error) {
      errors.push(`error querying DNS SRV records for _${service}: ${messageOf(error)}`);
    }
  }
  if (members.length === 0) throw new SettingsError(errors.join('\n'));
  if (!members.some((member) => member.startsWith(`${name}=`))) {
    throw new SettingsError(`cannot find local etcd member "${name}" in SRV records`);
  }
  return members.join(',');
}

/** `address:port` of a URL, for each address of its host; none if it has no address. */
async function endpointsOf(url: string, dns: Dns): Promise<string[]> {
  const { host = '', port = '' } = splitHostPort(parseGoUrl(url).host) ?? {};
  const addresses = await dns.addressesOf(host).catch(() => []);
  return addresses.map((address) => `${address} ${port}`);
}
