import { afterEach } from 'vitest';
import { Channel, type ChannelOptions, type Method } from '../../../src/grpc/index.ts';
import type { LogEvent } from '../../../src/base/index.ts';
import type { MemberApi } from '../../../src/member/index.ts';
import { type Served, serveMember, type ServeOptions } from '../../../src/serve/index.ts';
import type { Init } from '../../../src/wire/index.ts';

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

export const atEnd = (cleanup: () => unknown): void => void cleanups.push(cleanup);

export interface Serving {
  readonly served: Served;
  readonly log: LogEvent[];
  /** A channel in memory. */
  readonly channel: (options?: ChannelOptions) => Channel;
}

/** Serves a member until the end of the test. */
export async function serving(member: MemberApi, options: ServeOptions = {}): Promise<Serving> {
  const log: LogEvent[] = [];
  const served = await serveMember(member, { logger: (event) => log.push(event), ...options });
  atEnd(() => served.close());
  return {
    served,
    log,
    channel: (channelOptions = {}) => {
      const to = { kind: 'tcp', host: 'in-process', port: 1 } as const;
      const channel = new Channel(to, { connect: () => served.connect(), ...channelOptions });
      atEnd(() => channel.close());
      return channel;
    },
  };
}

/** All responses to one request, or the error that ends them. */
export function collect<Req, Res>(
  channel: Channel,
  method: Method<Init<Req>, Res>,
  request: Init<Req>,
): AsyncIterable<Res> {
  const call = channel.open(method);
  void call.write(request).catch(() => {});
  call.end();
  return call;
}

export const bytes = (text: string): Buffer => Buffer.from(text);
export const textOf = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString();
