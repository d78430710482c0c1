import tls, { type ConnectionOptions, type PeerCertificate, type SecureContext } from 'node:tls';
import { isIpAddress } from './address.ts';
import { readSystemAuthorities } from './system-authorities.ts';
import type { Address, TlsOptions } from './types.ts';

const PEM_BEGIN = '-----BEGIN';

/**
 * Reads the PEM material once for all connections of a channel.
 * @throws Error with OpenSSL's code when it is no PEM or the key does not fit the certificate.
 */
export function createContext({ ca, cert, key }: TlsOptions): SecureContext {
  const authorities = authoritiesOf({ ca });
  return tls.createSecureContext({
    minVersion: 'TLSv1.2',
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(cert === undefined ? {} : { cert: Buffer.from(cert) }),
    ...(key === undefined ? {} : { key: Buffer.from(key) }),
  });
}

/** Whom to trust: the system's authorities where none are given. Undefined: those that the runtime knows. */
export function authoritiesOf({ ca }: { readonly ca?: TlsOptions['ca'] | undefined }): Buffer | [] | undefined {
  return ca === undefined ? readSystemAuthorities() : trusted(ca);
}

/** How to speak TLS to an address: what to verify, which name to send, and HTTP/2 or nothing. */
export function connectionOptions(address: Address, options: TlsOptions, context: SecureContext): ConnectionOptions {
  const name = options.serverName ?? (address.kind === 'unix' ? 'localhost' : address.host);
  return {
    secureContext: context,
    ALPNProtocols: ['h2'],
    // RFC 6066 allows only DNS names in SNI.
    servername: isIpAddress(name) ? '' : name,
    rejectUnauthorized: options.skipVerify !== true,
    checkServerIdentity: (_host: string, certificate: PeerCertificate) => tls.checkServerIdentity(name, certificate),
  };
}

/** A bundle without any certificate trusts nobody; TLS would take it for "not given" and trust the whole world. */
function trusted(ca: string | Uint8Array): Buffer | [] {
  const pem = Buffer.from(ca);
  return pem.includes(PEM_BEGIN) ? pem : [];
}
