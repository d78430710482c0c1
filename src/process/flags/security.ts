import { flagGroup } from './flag.ts';

export const securityFlags = flagGroup('Security', [
  ['cert-file', 'text', '', 'Certificate shown to clients.'],
  ['key-file', 'text', '', 'Its key.'],
  ['client-cert-auth', 'switch', 'false', 'Ask clients for a certificate, and refuse those without a valid one.'],
  ['client-cert-file', 'text', '', 'Certificate this member shows as a client, if another than cert-file.'],
  ['client-key-file', 'text', '', 'Its key.'],
  ['client-crl-file', 'text', '', 'Revoked client certificates.'],
  ['client-cert-allowed-hostname', 'list', '', 'Host names of which a client certificate must carry one.'],
  ['trusted-ca-file', 'text', '', 'CA of client certificates.'],
  ['auto-tls', 'switch', 'false', 'TLS towards clients with a certificate made at the start.'],
  ['peer-cert-file', 'text', '', 'Certificate shown to other members.'],
  ['peer-key-file', 'text', '', 'Its key.'],
  [
    'peer-client-cert-auth',
    'switch',
    'false',
    'Ask other members for a certificate, and refuse those without a valid one.',
  ],
  [
    'peer-client-cert-file',
    'text',
    '',
    'Certificate shown when dialling other members, if another than peer-cert-file.',
  ],
  ['peer-client-key-file', 'text', '', 'Its key.'],
  ['peer-trusted-ca-file', 'text', '', "CA of the other members' certificates."],
  ['peer-cert-allowed-cn', 'list', '', 'Common names of which the certificate of another member must carry one.'],
  ['peer-cert-allowed-hostname', 'list', '', 'Host names of which the certificate of another member must carry one.'],
  ['peer-auto-tls', 'switch', 'false', 'TLS towards other members with a certificate made at the start.'],
  ['self-signed-cert-validity', 'count', '1', 'Years for which certificates made at the start are valid.'],
  ['peer-crl-file', 'text', '', 'Revoked certificates of members.'],
  ['cipher-suites', 'list', '', 'Cipher suites by their IANA names (none: the platform chooses).'],
  ['cors', 'text', '*', 'Origins from which browsers may call (empty or *: all).'],
  ['host-whitelist', 'list', '*', 'Host names that requests over HTTP without TLS may ask for (empty or *: all).'],
  ['tls-min-version', 'text', 'TLS1.2', 'Lowest version of TLS.'],
  ['tls-max-version', 'text', '', 'Highest version of TLS (empty: the platform chooses).'],
]);

export const authFlags = flagGroup('Auth', [
  [
    'auth-token',
    'text',
    'simple',
    'Kind of token and its options: simple, or jwt,pub-key=...,priv-key=...,sign-method=...',
  ],
  ['bcrypt-cost', 'count', '10', 'Cost of hashing passwords, 4 to 31.'],
  ['auth-token-ttl', 'count', '300', 'Seconds for which a token is valid.'],
]);
