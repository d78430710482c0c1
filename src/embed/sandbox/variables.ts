import type { PkiPaths } from '../../pki/index.ts';

export type ClientVariables = Readonly<Record<string, string | undefined>>;

export interface Connection {
  readonly endpoints: readonly string[];
  readonly tls: Pick<PkiPaths, 'ca' | 'apiserverEtcdClient'> | undefined;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

/**
 * etcdctl's variables for a cluster. Those of another cluster, which the user may have set, are taken away: they would
 * lead elsewhere, or show the wrong certificate.
 */
export function variablesOf({ endpoints, tls, credentials }: Connection): ClientVariables {
  return {
    // In plaintext without a scheme, which etcdctl 3.4 would put into a header where a colon is no good.
    ETCDCTL_ENDPOINTS: endpoints.map((url) => url.replace(/^http:\/\//, '')).join(','),
    ETCDCTL_CACERT: tls?.ca.cert,
    ETCDCTL_CERT: tls?.apiserverEtcdClient.cert,
    ETCDCTL_KEY: tls?.apiserverEtcdClient.key,
    ETCDCTL_USER: credentials && `${credentials.username}:${credentials.password}`,
    ETCDCTL_API: undefined,
    ETCDCTL_PASSWORD: undefined,
    ETCDCTL_AUTH_JWT_TOKEN: undefined,
    ETCDCTL_DISCOVERY_SRV: undefined,
    ETCDCTL_DISCOVERY_SRV_NAME: undefined,
    ETCDCTL_INSECURE_TRANSPORT: undefined,
    ETCDCTL_INSECURE_SKIP_TLS_VERIFY: undefined,
  };
}

/** The same for a shell to read with `.`. */
export function shellLines(variables: ClientVariables): string {
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${shellQuoted(value)}`,
  );
  return `${lines.join('\n')}\n`;
}

const shellQuoted = (word: string): string =>
  /^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
