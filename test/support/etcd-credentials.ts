/** Certificates and token keys of one test cluster, as files in its directory. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transport } from './etcd-server.ts';
import type { GatewayTls } from './gateway.ts';
import { issueAuthority, writePair, type CertificatePair } from './pki.ts';

const HOSTS = ['localhost', 'etcd.test', '127.0.0.1', '::1'];

export interface Credentials {
  /** Holds ca.crt, server.crt/.key, client.crt/.key, and for trouble other-ca.crt and expired.crt/.key. */
  readonly directory: string;
  readonly caFile: string;
  readonly server: CertificatePair;
  readonly client: CertificatePair;
  readonly jwtKeys: CertificatePair;
  /** The gateway refuses certificates with a common name, once authentication is on. */
  readonly gatewayTls: GatewayTls;
}

export async function makeCredentials(clusterDirectory: string): Promise<Credentials> {
  const directory = join(clusterDirectory, 'pki');
  const authority = await issueAuthority('test authority');
  const server = await authority.issue({ commonName: 'etcd', hosts: HOSTS });
  const client = await authority.issue({ commonName: 'root', hosts: HOSTS, client: true });
  const expired = await authority.issue({ commonName: 'late', hosts: HOSTS, expired: true });
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = { type: 'spki', format: 'pem' } as const;
  const jwtPair = {
    cert: signing.publicKey.export(pem),
    key: signing.privateKey.export({ type: 'pkcs1', format: 'pem' }),
  };
  const files = {
    ca: await writePair(directory, 'ca', authority),
    server: await writePair(directory, 'server', server),
    client: await writePair(directory, 'client', client),
    jwt: await writePair(directory, 'jwt', { cert: String(jwtPair.cert), key: String(jwtPair.key) }),
  };
  await writePair(directory, 'expired', expired);
  await writePair(directory, 'other-ca', await issueAuthority('another authority'));
  await writeFile(join(directory, 'empty.crt'), '', { mode: 0o600 });
  return {
    directory,
    caFile: files.ca.cert,
    server: files.server,
    client: files.client,
    jwtKeys: files.jwt,
    gatewayTls: { ca: authority.cert, ...(await authority.issue({ commonName: '', client: true })) },
  };
}

export function serverTlsFlags(credentials: Credentials, transport: Transport, jwt: boolean): string[] {
  const { server, caFile, jwtKeys } = credentials;
  return [
    ...(transport === 'plain' ? [] : [`--cert-file=${server.cert}`, `--key-file=${server.key}`]),
    ...(transport === 'mtls' ? ['--client-cert-auth', `--trusted-ca-file=${caFile}`] : []),
    ...(jwt ? [`--auth-token=jwt,pub-key=${jwtKeys.cert},priv-key=${jwtKeys.key},sign-method=RS256,ttl=10m`] : []),
  ];
}
