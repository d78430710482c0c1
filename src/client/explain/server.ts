import { type GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Explanation } from '../errors.ts';
import type { Situation } from './situation.ts';

/** What a status that a server sent means for the user, and what to do. Undefined where its text says it all. */
export function explainServer(error: GrpcError, situation: Situation): Explanation | undefined {
  // Before 3.6 the maintenance calls speak in the words of the auth store.
  const said = error.details.replace(/^(etcdserver|auth): /, '');
  return (
    fixedCauses[said] ??
    explainRevision(said, situation) ??
    explainAccess(said, situation) ??
    explainSize(error) ??
    explainCode(error)
  );
}

const MEMBER_STATUS = 'etcdctl endpoint status --cluster -w table shows the members';

const fixedCauses: Readonly<Record<string, Explanation>> = {
  'no leader': {
    cause: 'this member sees no leader: too few members are up, or it is cut off from them',
    hint: MEMBER_STATUS,
  },
  'not leader': { cause: 'this member is not the leader, and only the leader can do this', hint: MEMBER_STATUS },
  'leader changed': { cause: 'the leader changed while the request was under way', hint: 'try again' },
  'request timed out': {
    cause: 'the cluster did not agree in time: it is overloaded, or has lost its quorum',
    hint: MEMBER_STATUS,
  },
  'request timed out, possibly due to previous leader failure': {
    cause: 'the leader failed while the request was under way',
    hint: `try again; ${MEMBER_STATUS}`,
  },
  'request timed out, possibly due to connection lost': {
    cause: 'this member lost the connection to the others',
    hint: MEMBER_STATUS,
  },
  'request timed out, waiting for the applied index took too long': {
    cause: 'this member lags behind in applying what the cluster agreed on: its disk or processor is too slow',
    hint: MEMBER_STATUS,
  },
  'server stopped': { cause: 'this member is shutting down', hint: 'try again, or another endpoint' },
  'unhealthy cluster': {
    cause: 'not all members have been connected long enough for a change of members',
    hint: MEMBER_STATUS,
  },
  're-configuration failed due to not enough started members': {
    cause: 'the change would leave too few started members for a quorum',
    hint: 'start the members that etcdctl member list shows as unstarted first',
  },
  'rpc not supported for learner': {
    cause: 'this endpoint is a learner, which serves few requests',
    hint: 'name a voting member in --endpoints (ETCDCTL_ENDPOINTS)',
  },
  'can only promote a learner member which is in sync with leader': {
    cause: 'the learner has not caught up with the leader yet',
    hint: 'try again later',
  },
  'member not found': {
    cause: 'the cluster has no member with this ID',
    hint: 'etcdctl member list shows the IDs (hex)',
  },
  'bad leader transferee': {
    cause: 'leadership can only go to a voting member that is up',
    hint: 'etcdctl member list shows the members',
  },
  'mvcc: database space exceeded': {
    cause: 'the database has reached its quota, and a NOSPACE alarm stops all writes',
    hint: 'etcdctl compaction REVISION, etcdctl defrag --cluster, then etcdctl alarm disarm; --quota-backend-bytes on the servers raises the quota',
  },
  'too many requests': { cause: 'the server has too many requests waiting', hint: 'try again with fewer at a time' },
  'corrupt cluster': {
    cause: 'a CORRUPT alarm is on: the data of the members differ',
    hint: 'etcdctl alarm list and etcdctl endpoint hashkv --cluster tell which member; restore it from a good one',
  },
  'requested lease not found': {
    cause: 'the lease has expired or been revoked, or never was',
    hint: 'etcdctl lease list shows the leases (hex)',
  },
  'too large lease TTL': { cause: 'a lease lasts 9000000000 seconds at most' },
  'root user does not exist': { cause: 'authentication needs a user root first', hint: 'etcdctl user add root' },
  'authentication is not enabled': {
    cause: 'the server does not ask who you are',
    hint: 'drop --user, or etcdctl auth enable',
  },
  'invalid downgrade target version': {
    cause: 'a cluster goes down by one minor version at a time',
    hint: 'etcdctl endpoint status shows the version',
  },
};

function explainRevision(said: string, { revision, compactRevision }: Situation): Explanation | undefined {
  if (said === 'mvcc: required revision is a future revision') {
    const where =
      revision === undefined ? 'the cluster has not reached this revision' : `the cluster is at revision ${revision}`;
    return { cause: where, hint: 'check --rev' };
  }
  if (said === 'mvcc: required revision has been compacted') {
    const where =
      compactRevision === undefined ? 'the history at this revision' : `the history before revision ${compactRevision}`;
    return { cause: `${where} has been thrown away by compaction`, hint: 'use a newer --rev, or none' };
  }
  return undefined;
}

const USER_FLAG = '--user NAME[:PASSWORD] (ETCDCTL_USER)';

function explainAccess(said: string, { userName, lacksPassword, usesJwt, tls }: Situation): Explanation | undefined {
  const named = userName === undefined ? undefined : `user ${JSON.stringify(userName)}`;
  switch (said) {
    case 'user name is empty':
      if (lacksPassword)
        return {
          cause: `authentication is on, and ${named} came without a password`,
          hint: '--password (ETCDCTL_PASSWORD)',
        };
      return {
        cause: 'authentication is on, and the request came without a user',
        hint: `give ${USER_FLAG}, or a client certificate whose CN is a user`,
      };
    case 'permission denied': {
      const who =
        named ??
        (usesJwt
          ? 'the user of --auth-jwt-token'
          : tls?.certFile
            ? `the user in ${tls.certFile} (its CN)`
            : 'an anonymous user');
      return {
        cause: `${who} may not do this`,
        hint: 'root can grant it: etcdctl user get USER --detail, etcdctl role grant-permission',
      };
    }
    case 'authentication failed, invalid user ID or password':
      return {
        cause: `wrong password, or there is no ${named ?? 'such user'}`,
        hint: `check ${USER_FLAG} and --password (ETCDCTL_PASSWORD)`,
      };
    case 'invalid auth token':
      if (usesJwt)
        return {
          cause: 'the server does not accept the token: it has expired, or was signed with another key',
          hint: 'check --auth-jwt-token (ETCDCTL_AUTH_JWT_TOKEN)',
        };
      return { cause: 'the token has expired, or the server has forgotten it', hint: 'try again' };
    case 'revision of auth store is old':
      return { cause: 'users or roles changed while the request was under way', hint: 'try again' };
    default:
      return undefined;
  }
}

function explainSize({ details }: GrpcError): Explanation | undefined {
  if (details === 'etcdserver: request is too large') {
    return {
      cause: "the request is larger than the server's limit (1.5 MiB unless set)",
      hint: '--max-request-bytes on the servers raises it',
    };
  }
  if (details.includes('trying to send message larger than max')) {
    return {
      cause: 'the request is larger than the limit of this client',
      hint: "--max-request-bytes (ETCDCTL_MAX_REQUEST_BYTES) raises it; the servers' --max-request-bytes must allow it too",
    };
  }
  if (details.includes('received message larger than max')) {
    return {
      cause: 'the response is larger than the limit of this client',
      hint: '--max-recv-bytes (ETCDCTL_MAX_RECV_BYTES) raises it; get --limit makes smaller ones',
    };
  }
  return undefined;
}

function explainCode({ code, details }: GrpcError): Explanation | undefined {
  if (code === StatusCode.Unimplemented && !details.includes('HTTP')) {
    return {
      cause: 'the server does not know this call: its etcd is too old for it, or it is not etcd',
      hint: 'etcdctl endpoint status shows the version',
    };
  }
  if (/HTTP|content-type/.test(details)) {
    return {
      cause: 'the answer is not from etcd: a proxy or another server is in between',
      hint: 'check --endpoints (ETCDCTL_ENDPOINTS)',
    };
  }
  return undefined;
}
