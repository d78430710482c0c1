import { OwnFailureCode, type TransportFailure } from '../../grpc/index.ts';
import type { Endpoint } from '../endpoints.ts';
import type { Explanation } from '../errors.ts';
import type { Situation } from './situation.ts';

const CLIENT_PAIR = '--cert and --key (ETCDCTL_CERT, ETCDCTL_KEY)';
const AUTHORITY = '--cacert (ETCDCTL_CACERT)';
const PLAINTEXT = 'use http:// in --endpoints, or drop --cacert, --cert, --key and their variables';

/** Why a TLS handshake failed: codes of OpenSSL (through Node) and alerts that the server sent. */
export function explainTls(endpoint: Endpoint, failure: TransportFailure, situation: Situation): Explanation {
  const { code } = failure;
  if (unknownAuthority.has(code)) return explainAuthority(situation);
  const fixed = fixedCauses[code];
  if (fixed !== undefined) return fixed;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return explainNames(endpoint, failure, situation);
  if (/ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|NO_CERTIFICATE)/.test(code))
    return explainRequired(situation);
  if (/ALERT_(UNKNOWN_CA|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)/.test(code))
    return explainRejected(code, situation);
  if (code === OwnFailureCode.ClosedBeforeSettings) return explainRequired(situation);
  if (hungUp.has(code)) return explainHangUp(situation);
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) return { cause: 'TLS: the server speaks no TLS 1.2 or 1.3' };
  return { cause: `the TLS handshake failed: ${failure.message} (${code})` };
}

const unknownAuthority: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

const hungUp: ReadonlySet<string> = new Set([OwnFailureCode.Closed, 'ECONNRESET', 'EPIPE']);

const fixedCauses: Readonly<Record<string, Explanation>> = {
  CERT_HAS_EXPIRED: {
    cause: "TLS: the server's certificate (or its authority's) has expired",
    hint: "renew the server's certificate, or check this machine's clock; --insecure-skip-tls-verify looks away",
  },
  CERT_NOT_YET_VALID: {
    cause: "TLS: the server's certificate is not valid yet",
    hint: "check this machine's clock and the server's",
  },
  INVALID_PURPOSE: {
    cause: "TLS: the server's certificate is not meant for servers (extended key usage)",
    hint: "issue the server's certificate with serverAuth",
  },
  ERR_SSL_WRONG_VERSION_NUMBER: { cause: 'TLS: the server answered in plaintext', hint: PLAINTEXT },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { cause: 'TLS: the server answered in plaintext', hint: PLAINTEXT },
  [OwnFailureCode.AlpnRefused]: {
    cause: 'the TLS server does not offer HTTP/2: not the client port of etcd, or a proxy in between',
    hint: 'check --endpoints (ETCDCTL_ENDPOINTS)',
  },
  [OwnFailureCode.NoAnswer]: {
    cause: 'no answer during the TLS handshake',
    hint: 'check --endpoints (ETCDCTL_ENDPOINTS)',
  },
  ETIMEDOUT: { cause: 'no answer during the TLS handshake', hint: 'check --endpoints (ETCDCTL_ENDPOINTS)' },
};

function explainAuthority({ tls }: Situation): Explanation {
  const cause = "TLS: the server's certificate is signed by an unknown authority";
  if (tls === undefined || tls.caFile === '') {
    return { cause, hint: `give the certificate of the authority that signed it with ${AUTHORITY}` };
  }
  return { cause: `${cause}: ${tls.caFile} did not sign it`, hint: `check ${AUTHORITY}` };
}

function explainNames(endpoint: Endpoint, failure: TransportFailure, { tls }: Situation): Explanation {
  const wanted = tls?.serverName || endpoint.serverName;
  const names = namesOf(failure.cause);
  const list = names.length > 0 ? names.join(', ') : 'no name at all';
  return {
    cause: `TLS: the server's certificate is not for ${wanted}; it names ${list}`,
    hint: 'use one of its names in --endpoints (ETCDCTL_ENDPOINTS), or issue a certificate for this name',
  };
}

/** Without an alert there is no telling; a plaintext server hangs up on TLS, and some TLS servers do so on a certificate. */
function explainHangUp({ tls }: Situation): Explanation {
  const cause = 'the server hung up during the TLS handshake: it probably speaks plaintext';
  if (tls === undefined || tls.certFile === '') return { cause, hint: PLAINTEXT };
  return {
    cause: `${cause}, or it rejected the client certificate ${tls.certFile}`,
    hint: `${PLAINTEXT}; or check ${CLIENT_PAIR}`,
  };
}

/** The names in the certificate that Node attaches to its error: `DNS:a, IP Address:10.0.0.1`. */
function namesOf(error: unknown): string[] {
  const certificate: unknown = error instanceof Error && 'cert' in error ? error.cert : undefined;
  if (typeof certificate !== 'object' || certificate === null) return [];
  const names: unknown = Reflect.get(certificate, 'subjectaltname');
  if (typeof names !== 'string') return [];
  return names.split(', ').map((name) => name.replace(/^(DNS|IP Address|URI|email):/, ''));
}

function explainRequired({ tls }: Situation): Explanation {
  if (tls === undefined || tls.certFile === '') {
    return { cause: 'TLS: the server asks for a client certificate', hint: `give ${CLIENT_PAIR}` };
  }
  return { cause: `TLS: the server rejected the client certificate ${tls.certFile}`, hint: `check ${CLIENT_PAIR}` };
}

function explainRejected(code: string, situation: Situation): Explanation {
  if (situation.tls === undefined || situation.tls.certFile === '') return explainRequired(situation);
  const { certFile } = situation.tls;
  const reason = code.includes('UNKNOWN_CA')
    ? 'it is signed by an authority that the server does not trust (its --trusted-ca-file)'
    : code.includes('EXPIRED')
      ? 'it has expired'
      : code
          .replace(/^.*ALERT_/, '')
          .replaceAll('_', ' ')
          .toLowerCase();
  return {
    cause: `TLS: the server rejected the client certificate ${certFile}: ${reason}`,
    hint: `check ${CLIENT_PAIR}`,
  };
}
