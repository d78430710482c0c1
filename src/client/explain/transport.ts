import { OwnFailureCode, type TransportFailure } from '../../grpc/index.ts';
import type { Endpoint } from '../endpoints.ts';
import type { Explanation } from '../errors.ts';
import type { Situation } from './situation.ts';
import { explainTls } from './tls.ts';

const CHECK_ENDPOINTS = 'check --endpoints (ETCDCTL_ENDPOINTS)';
const CHECK_ROUTE = `${CHECK_ENDPOINTS}, the network and its firewalls`;

/** Why no connection came about, or why it was lost. */
export function explainTransport(endpoint: Endpoint, failure: TransportFailure, situation: Situation): Explanation {
  return { endpoint: endpoint.text, ...byPhase[failure.phase](endpoint, failure, situation) };
}

type Explain = (endpoint: Endpoint, failure: TransportFailure, situation: Situation) => Explanation;

const byPhase: Readonly<Record<TransportFailure['phase'], Explain>> = {
  resolve: explainResolve,
  connect: (_, failure) => explainConnect(failure),
  tls: explainTls,
  http2: explainHttp2,
  stream: explainHttp2,
};

function explainResolve({ address }: Endpoint, failure: TransportFailure): Explanation {
  const host = address.kind === 'tcp' ? address.host : address.path;
  switch (failure.code) {
    case 'ENOTFOUND':
      return { cause: `host name ${JSON.stringify(host)} not found`, hint: CHECK_ENDPOINTS };
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case OwnFailureCode.NoAnswer:
      return {
        cause: `the name server gave no answer for host name ${JSON.stringify(host)}`,
        hint: 'check DNS, or use IP addresses in --endpoints (ETCDCTL_ENDPOINTS)',
      };
    default:
      return {
        cause: `host name ${JSON.stringify(host)} cannot be looked up: ${failure.message}`,
        hint: CHECK_ENDPOINTS,
      };
  }
}

const connectCauses: Readonly<Record<string, { readonly cause: string; readonly hint: string }>> = {
  ECONNREFUSED: { cause: 'connection refused', hint: `is etcd running there? ${CHECK_ENDPOINTS}` },
  ETIMEDOUT: { cause: 'no answer: timed out while connecting', hint: CHECK_ROUTE },
  [OwnFailureCode.NoAnswer]: { cause: 'no answer: timed out while connecting', hint: CHECK_ROUTE },
  EHOSTUNREACH: { cause: 'no route to the host', hint: CHECK_ROUTE },
  ENETUNREACH: { cause: 'no route to its network', hint: CHECK_ROUTE },
  ECONNRESET: { cause: 'the connection was reset', hint: CHECK_ROUTE },
  ENOENT: { cause: 'there is no such socket', hint: `is etcd running? ${CHECK_ENDPOINTS}` },
  EACCES: { cause: 'permission denied to connect to the socket', hint: 'run as a user who may write to it' },
};

function explainConnect({ code, message }: TransportFailure): Explanation {
  return connectCauses[code] ?? { cause: `cannot connect: ${message}`, hint: CHECK_ENDPOINTS };
}

function explainHttp2(endpoint: Endpoint, failure: TransportFailure, situation: Situation): Explanation {
  switch (failure.code) {
    case OwnFailureCode.NotHttp2:
      return {
        cause: 'the server does not answer in plaintext HTTP/2: it probably wants TLS (or is not etcd)',
        hint: 'use https:// in --endpoints, with --cacert, and --cert and --key if it asks for a client certificate',
      };
    case OwnFailureCode.ClosedBeforeSettings:
      return explainTls(endpoint, failure, situation);
    case OwnFailureCode.NoAnswer:
    case 'ETIMEDOUT':
      return {
        cause: 'the connection was accepted, but the server does not speak: it hangs, or is not etcd',
        hint: CHECK_ENDPOINTS,
      };
    case OwnFailureCode.KeepAliveTimeout:
      return {
        cause: 'the server stopped answering (keep-alive timeout)',
        hint: 'is the host overloaded or gone? --keepalive-timeout (ETCDCTL_KEEPALIVE_TIMEOUT) sets the patience',
      };
    case OwnFailureCode.GoAway:
      return goAway(failure);
    default:
      return { cause: `the connection was lost: ${failure.message}` };
  }
}

function goAway({ message }: TransportFailure): Explanation {
  if (!message.includes('too_many_pings')) return { cause: `the server ended the connection: ${message}` };
  return {
    cause: 'the server ended the connection because of too many keep-alive pings',
    hint: 'raise --keepalive-time (ETCDCTL_KEEPALIVE_TIME)',
  };
}
