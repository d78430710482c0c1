import { describe, expect, it } from 'vitest';
import { explainCall, type Situation } from '../../../../src/client/explain/index.ts';
import type { TlsFiles } from '../../../../src/client/index.ts';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';

const files: TlsFiles = {
  certFile: 'cli.crt',
  keyFile: 'cli.key',
  caFile: 'ca.crt',
  serverName: '',
  skipVerify: false,
};

const explain = (error: GrpcError, situation: Partial<Situation> = {}): string =>
  explainCall(error, {}, { endpoints: [], ...situation })
    .lines()
    .join('\n');

const status = (code: number, details: string): GrpcError => new GrpcError(code, details);

describe('an answer of the server', () => {
  it.each<[string, Partial<Situation>, RegExp]>([
    [
      'user name is empty',
      {},
      /came without a user\nhint: give --user NAME\[:PASSWORD\] \(ETCDCTL_USER\), or a client certificate/,
    ],
    [
      'user name is empty',
      { userName: 'alice', lacksPassword: true },
      /user "alice" came without a password\nhint: --password \(ETCDCTL_PASSWORD\)/,
    ],
    ['permission denied', { userName: 'alice' }, /^user "alice" may not do this/],
    ['permission denied', { usesJwt: true }, /^the user of --auth-jwt-token may not do this/],
    ['permission denied', { tls: files }, /^the user in cli.crt \(its CN\) may not do this/],
    ['permission denied', {}, /^an anonymous user may not do this/],
    [
      'authentication failed, invalid user ID or password',
      { userName: 'alice' },
      /^wrong password, or there is no user "alice"/,
    ],
    ['authentication failed, invalid user ID or password', {}, /^wrong password, or there is no such user/],
    ['invalid auth token', { usesJwt: true }, /expired, or was signed with another key\nhint: check --auth-jwt-token/],
    ['invalid auth token', {}, /^the token has expired, or the server has forgotten it/],
    ['revision of auth store is old', {}, /changed while the request was under way/],
    ['authentication is not enabled', {}, /does not ask who you are\nhint: drop --user/],
    ['no leader', {}, /sees no leader.*\nhint: etcdctl endpoint status --cluster/],
    ['not leader', {}, /not the leader/],
    ['mvcc: database space exceeded', {}, /quota.*NOSPACE[^]*compaction.*defrag.*alarm disarm/],
    ['mvcc: required revision has been compacted', {}, /history at this revision.*compaction\nhint: use a newer --rev/],
    ['mvcc: required revision is a future revision', {}, /has not reached this revision\nhint: check --rev/],
    ['request is too large', {}, /server's limit[^]*--max-request-bytes on the servers/],
    ['too many requests', {}, /too many requests waiting/],
    ['corrupt cluster', {}, /CORRUPT alarm/],
    ['requested lease not found', {}, /expired or been revoked/],
    ['too large lease TTL', {}, /9000000000 seconds/],
    ['rpc not supported for learner', {}, /learner/],
    ['unhealthy cluster', {}, /connected long enough/],
    ['member not found', {}, /member list/],
  ])('etcdserver: %s %j', (said, situation, expected) => {
    expect(explain(status(StatusCode.Unknown, `etcdserver: ${said}`), situation)).toMatch(expected);
  });

  it('is understood too when a maintenance call of an older server leaves it in the words of the auth store', () => {
    expect(explain(status(StatusCode.Unknown, 'auth: permission denied'))).toMatch(
      /^an anonymous user may not do this/,
    );
  });

  it.each([
    [
      StatusCode.ResourceExhausted,
      'trying to send message larger than max (3 vs. 2)',
      /limit of this client\nhint: --max-request-bytes \(ETCDCTL_MAX_REQUEST_BYTES\)/,
    ],
    [
      StatusCode.ResourceExhausted,
      'grpc: received message larger than max (3 vs. 2)',
      /--max-recv-bytes \(ETCDCTL_MAX_RECV_BYTES\)/,
    ],
    [
      StatusCode.Unimplemented,
      'unknown method RangeStream for service etcdserverpb.KV',
      /too old for it, or it is not etcd/,
    ],
    [StatusCode.Unimplemented, 'the answer is not gRPC: HTTP status 404', /a proxy or another server/],
    [StatusCode.Unavailable, 'HTTP status 503', /a proxy or another server/],
  ])('%d %s', (code, details, expected) => {
    expect(explain(status(code, details))).toMatch(expected);
  });

  it('has numbers where the server was willing to give them', () => {
    const compacted = status(StatusCode.OutOfRange, 'etcdserver: mvcc: required revision has been compacted');
    expect(explain(compacted, { compactRevision: 40n })).toMatch(/^the history before revision 40 has been/);
    const future = status(StatusCode.OutOfRange, 'etcdserver: mvcc: required revision is a future revision');
    expect(explain(future, { revision: 7n })).toBe('the cluster is at revision 7\nhint: check --rev');
  });

  it('may need no more words', () => {
    expect(explain(status(StatusCode.InvalidArgument, 'etcdserver: key is not provided'))).toBe('');
  });
});
