import { describe, expect, it } from 'vitest';
import { dialFailure } from '../../../src/peer/remote-alert.ts';

const failed = (code: string): Error => Object.assign(new Error(`openssl says ${code}`), { code });

describe('what went wrong with a dial', () => {
  it.each([
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'remote error: tls: bad certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'remote error: tls: unknown certificate authority'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'remote error: tls: certificate required'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'remote error: tls: expired certificate'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'remote error: tls: protocol version not supported'],
  ])('is told as etcd tells of it: %s', (code, words) => {
    expect(dialFailure(failed(code))).toBe(words);
  });

  it.each(['ECONNREFUSED', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'is told in the words it came with where TLS said nothing: %s',
    (code) => {
      expect(dialFailure(failed(code))).toBe(`openssl says ${code}`);
      expect(dialFailure('no error at all')).toBe('no error at all');
    },
  );
});
