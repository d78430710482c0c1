import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../../src/base/index.ts';
import { goMessage } from '../../../../src/client/explain/index.ts';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';

const bounded = { deadline: Deadline.after(1000) };
const aborted = { signal: AbortSignal.abort() };

describe('goMessage', () => {
  it.each([
    [StatusCode.InvalidArgument, 'etcdserver: key is not provided'],
    [StatusCode.OutOfRange, 'etcdserver: mvcc: required revision has been compacted'],
    [StatusCode.Unavailable, 'etcdserver: request timed out, possibly due to connection lost'],
    [StatusCode.FailedPrecondition, 'etcdserver: Peer URLs already exists'],
    // The description decides, whatever the code: 3.4 sends some with others.
    [StatusCode.Unknown, 'etcdserver: not capable'],
  ])('%d %s is known by its description', (code, details) => {
    expect(goMessage(new GrpcError(code, details), bounded)).toBe(details);
  });

  it.each([
    [StatusCode.Unknown, 'auth: permission denied', 'rpc error: code = Unknown desc = auth: permission denied'],
    [StatusCode.Unavailable, 'etcdserver: request timed out, waiting for the applied index took too long', undefined],
    [StatusCode.InvalidArgument, 'etcdserver: permission not given', undefined],
    [StatusCode.Unimplemented, 'unknown service', 'rpc error: code = Unimplemented desc = unknown service'],
    [
      StatusCode.ResourceExhausted,
      'trying to send message larger than max (2200010 vs. 2097152)',
      'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2200010 vs. 2097152)',
    ],
    [StatusCode.Unknown, 'key is not provided', undefined],
  ])('%d %s keeps the frame', (code, details, expected) => {
    const error = new GrpcError(code, details);
    expect(goMessage(error, bounded)).toBe(expected ?? error.message);
  });

  it("speaks of the caller's own bounds in two words", () => {
    const late = new GrpcError(StatusCode.DeadlineExceeded, 'whatever');
    const gone = new GrpcError(StatusCode.Canceled, 'whatever');
    expect(goMessage(late, bounded)).toBe('context deadline exceeded');
    expect(goMessage(gone, aborted)).toBe('context canceled');
  });

  it('leaves those of others as they are', () => {
    const late = new GrpcError(StatusCode.DeadlineExceeded, 'late');
    const gone = new GrpcError(StatusCode.Canceled, 'gone');
    expect(goMessage(late, {})).toBe('rpc error: code = DeadlineExceeded desc = late');
    expect(goMessage(late, { deadline: Deadline.never })).toBe('rpc error: code = DeadlineExceeded desc = late');
    expect(goMessage(gone, bounded)).toBe('rpc error: code = Canceled desc = gone');
  });
});
