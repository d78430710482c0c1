/** TLS versions as Node's tls names them. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** As etcd's flags name them; undefined: the flag was not given. */
export const tlsVersion = (text: string): TlsVersion | undefined =>
  text === 'TLS1.2' ? 'TLSv1.2' : text === 'TLS1.3' ? 'TLSv1.3' : undefined;
