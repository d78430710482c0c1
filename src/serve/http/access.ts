import { quote } from '../../base/index.ts';
import { failure, type HttpAnswer } from './answer.ts';

/** Who may ask over HTTP, after etcd's --cors and --host-whitelist. Empty, or with `*`: anyone. */
export interface AccessRules {
  readonly cors: readonly string[];
  readonly hostWhitelist: readonly string[];
}

export const OPEN_ACCESS: AccessRules = { cors: [], hostWhitelist: [] };

/** What is looked at before a request is answered. */
export interface Visit {
  readonly method: string;
  /** The header of this name, or what stands for it in HTTP/2. */
  readonly host: string;
  readonly origin: string;
  readonly isSecure: boolean;
}

export interface Admission {
  /** To be sent with whatever is answered. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer, if there is nothing more to it. */
  readonly answer?: HttpAnswer;
}

const isOpen = (names: readonly string[]): boolean => names.length === 0 || names.includes('*');

/**
 * Whether a request may come in. A page in a browser that has made its own name point here (DNS rebinding,
 * CVE-2018-5702) is told by the name it asks for; over TLS the certificate takes care of that.
 */
export function admit({ method, host, origin, isSecure }: Visit, { cors, hostWhitelist }: AccessRules): Admission {
  const name = host.replace(/:\d*$/, '');
  if (!isSecure && !isOpen(hostWhitelist) && !hostWhitelist.includes(name)) {
    return { headers: {}, answer: failure(421, rebindingText(name)) };
  }
  const allowed = isOpen(cors) ? '*' : cors.includes(origin) ? origin : undefined;
  const headers = allowed === undefined ? {} : corsHeaders(allowed);
  return method === 'OPTIONS' ? { headers, answer: { status: 200, headers: {}, body: '' } } : { headers };
}

const corsHeaders = (origin: string): Readonly<Record<string, string>> => ({
  'access-control-allow-headers': 'accept, content-type, authorization',
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE',
  'access-control-allow-origin': origin,
});

const rebindingText = (name: string): string => `
etcd received your request, but the Host header was unrecognized.

To fix this, choose one of the following options:
- Enable TLS, then any HTTPS request will be allowed.
- Add the hostname you want to use to the whitelist in settings.
  - e.g. etcd --host-whitelist ${quote(name)}

This requirement has been added to help prevent "DNS Rebinding" attacks (CVE-2018-5702).
`;
