import { describe, expect, it } from 'vitest';
import {
  blamesEndpoint,
  isOldAuthRevision,
  isRepeatable,
  isStaleToken,
  isTransportError,
  mayRepeat,
} from '../../../src/client/retry.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import { auth } from '../../../src/wire/services/auth.ts';
import { cluster } from '../../../src/wire/services/cluster.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { maintenance } from '../../../src/wire/services/maintenance.ts';
import { refused } from './support/links.ts';

const methods = Object.entries({ ...kv, ...lease, ...cluster, ...maintenance, ...auth });

describe('which calls may be made twice', () => {
  const repeatable = [
    'range',
    'leaseGrant',
    'leaseRevoke',
    'leaseTimeToLive',
    'leaseLeases',
    'memberList',
    'alarm',
    'status',
    'hashKV',
    'snapshot',
    'moveLeader',
    'authenticate',
    'userGet',
    'userList',
    'roleGet',
    'roleList',
  ];

  it('lists nothing that does not exist', () => {
    expect(methods.filter(([, { path }]) => isRepeatable(path)).map(([name]) => name)).toEqual(
      methods.map(([name]) => name).filter((name) => repeatable.includes(name)),
    );
    expect(methods.filter(([, { path }]) => isRepeatable(path))).toHaveLength(repeatable.length);
  });

  const unprocessed = new GrpcError(StatusCode.Unavailable, 'refused', { unprocessed: true });
  const uncertain = new GrpcError(StatusCode.Unavailable, 'lost');

  it.each(methods)('%s', (name, { path }) => {
    expect(mayRepeat(path, unprocessed, 1)).toBe(true);
    expect(mayRepeat(path, uncertain, 1)).toBe(repeatable.includes(name));
  });

  it.each([
    [StatusCode.Canceled],
    [StatusCode.Unknown],
    [StatusCode.InvalidArgument],
    [StatusCode.DeadlineExceeded],
    [StatusCode.ResourceExhausted],
    [StatusCode.FailedPrecondition],
    [StatusCode.Internal],
    [StatusCode.Unauthenticated],
  ])('none after status %d', (code) => {
    expect(mayRepeat(kv.range.path, new GrpcError(code, 'x', { unprocessed: true }), 3)).toBe(false);
  });

  it('leaves a learner for another endpoint, where there is one', () => {
    const learner = new GrpcError(StatusCode.FailedPrecondition, 'etcdserver: rpc not supported for learner');
    expect(mayRepeat(kv.put.path, learner, 2)).toBe(true);
    expect(mayRepeat(kv.range.path, learner, 1)).toBe(false);
  });
});

describe('what a failure is', () => {
  it.each([
    [StatusCode.Unavailable, 'etcdserver: no leader', true],
    [StatusCode.DeadlineExceeded, 'late', true],
    [StatusCode.Internal, 'torn', true],
    [StatusCode.FailedPrecondition, 'etcdserver: rpc not supported for learner', true],
    [StatusCode.FailedPrecondition, 'etcdserver: user name already exists', false],
    [StatusCode.Canceled, 'context canceled', false],
    [StatusCode.PermissionDenied, 'etcdserver: permission denied', false],
  ])("%d %s is the endpoint's fault: %s", (code, details, expected) => {
    expect(blamesEndpoint(new GrpcError(code, details))).toBe(expected);
  });

  it('tells the connection from the server', () => {
    expect(isTransportError(new GrpcError(StatusCode.Unavailable, 'x', { cause: refused('a') }))).toBe(true);
    expect(isTransportError(new GrpcError(StatusCode.Unavailable, 'etcdserver: no leader'))).toBe(false);
  });

  it.each([
    ['etcdserver: invalid auth token', true, false],
    ['rpc error: code = Unauthenticated desc = etcdserver: invalid auth token', true, false],
    ['auth: invalid auth token', true, false],
    ['etcdserver: revision of auth store is old', true, true],
    ['rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old', true, true],
    ['etcdserver: permission denied', false, false],
    ['', false, false],
  ])('%j', (text, isStale, isOld) => {
    expect([isStaleToken(text), isOldAuthRevision(text)]).toEqual([isStale, isOld]);
  });
});
