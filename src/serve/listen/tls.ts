import type { DetailedPeerCertificate, TLSSocket, TlsOptions } from 'node:tls';
import type { ServerTls } from '../types.ts';

/** A client that has not finished its handshake by then does not want to. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** @throws Error with OpenSSL's words when the material is of no use */
export function tlsOptions(material: ServerTls): TlsOptions {
  const { cert, key, clientCa, clientCertificates, minVersion, maxVersion, ciphers } = material;
  const wanted = clientCertificates ?? (clientCa === undefined ? 'none' : 'required');
  if (wanted !== 'none' && clientCa === undefined) {
    throw new Error('client certificates are asked for, but there is no authority to verify them with');
  }
  return {
    // A server takes the material itself; a context that was made of it is left unheeded.
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    minVersion: minVersion ?? 'TLSv1.2',
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    ...(clientCa === undefined ? {} : { ca: Buffer.from(clientCa) }),
    ALPNProtocols: ['h2', 'http/1.1'],
    requestCert: wanted !== 'none',
    rejectUnauthorized: wanted === 'required',
  };
}

/** A certificate may be left away where it is optional, but a bad one is not as good as none. */
export function hasBadCertificate(socket: TLSSocket): boolean {
  return !socket.authorized && Object.keys(certificateOf(socket) ?? {}).length > 0;
}

/** Why the certificate that was shown may not come in, though it is valid. */
export function refusalOf(socket: TLSSocket, material: ServerTls | undefined): string | undefined {
  if (material?.refusalOf === undefined || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate(true);
  return Object.keys(certificate).length > 0 ? material.refusalOf(certificate) : undefined;
}

/** The last of the common names of a verified client certificate. */
export function commonNameOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  const name: string | string[] | undefined = certificateOf(socket)?.subject?.CN;
  return typeof name === 'object' ? name.at(-1) : name;
}

const certificateOf = (socket: TLSSocket): Partial<DetailedPeerCertificate> | undefined =>
  socket.getPeerCertificate(true);
