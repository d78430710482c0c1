import { messageOf } from '../base/index.ts';

/** Go's words for alerts, where they are not those of the alert's name. */
const WORDS: Readonly<Record<string, string>> = {
  CERTIFICATE_EXPIRED: 'expired certificate',
  CERTIFICATE_REVOKED: 'revoked certificate',
  CERTIFICATE_UNKNOWN: 'unknown certificate',
  PROTOCOL_VERSION: 'protocol version not supported',
  UNKNOWN_CA: 'unknown certificate authority',
};

/** What went wrong when another member was dialled; of what its TLS said, in the words that etcd's logs have for it. */
export function dialFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [, alert] = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/.exec(code) ?? [];
  if (alert === undefined) return messageOf(error);
  return `remote error: tls: ${WORDS[alert] ?? alert.toLowerCase().replaceAll('_', ' ')}`;
}
