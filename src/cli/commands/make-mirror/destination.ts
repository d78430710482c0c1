import type { TlsFiles } from '../../../client/index.ts';
import type { ConfigChanges } from '../../context.ts';
import { readCredentials } from '../../credentials.ts';
import { badArgs } from '../../errors.ts';
import { bool, type FlagValues, string } from '../../flags/index.ts';
import type { Io } from '../../io.ts';

/** The flags for the destination's client: those of the source under other names, of which it inherits none. */
export const destinationFlags = {
  destCert: string('', 'identify secure client using this TLS certificate file for the destination cluster'),
  destKey: string('', 'identify secure client using this TLS key file for the destination cluster'),
  destCacert: string('', 'verify certificates of the destination cluster using this CA bundle'),
  destInsecureTransport: bool(true, 'speak plaintext to a destination without a scheme; false asks for TLS'),
  destUser: string('', 'destination username[:password] for authentication (prompt if password is not supplied)'),
  destPassword: string('', 'destination password for authentication (--dest-user is then taken whole as the name)'),
} as const;

type DestinationFlags = FlagValues<typeof destinationFlags>;

const fileFlags = { destCert: 'dest-cert', destKey: 'dest-key', destCacert: 'dest-cacert' } as const;

/** @throws {CliError} exit code 128, for a file name that is empty, as when a variable in a script is */
export function checkDestinationFlags(flags: DestinationFlags, given: ReadonlySet<string>): void {
  for (const [name, flag] of Object.entries(fileFlags)) {
    if (given.has(name) && Reflect.get(flags, name) === '') throw badArgs(`empty string is passed to --${flag} option`);
  }
}

/** The settings of the destination's client; asks for a password when a user name came without one. */
export async function destinationConfig(io: Io, endpoint: string, flags: DestinationFlags): Promise<ConfigChanges> {
  const login = { user: flags.destUser, password: flags.destPassword };
  return {
    endpoints: [endpoint],
    tls: tlsFiles(flags),
    user: await readCredentials(io, login, 'Destination Password: '),
    jwt: undefined,
  };
}

function tlsFiles({ destCert, destKey, destCacert, destInsecureTransport }: DestinationFlags): TlsFiles | undefined {
  if (destInsecureTransport && destCert === '' && destKey === '' && destCacert === '') return undefined;
  return { certFile: destCert, keyFile: destKey, caFile: destCacert, serverName: '', skipVerify: false };
}
