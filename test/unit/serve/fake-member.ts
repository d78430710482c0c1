import type { MemberApi } from '../../../src/member/index.ts';
import type { ResponseHeader } from '../../../src/wire/index.ts';

/** Any part of a member; at any depth, what is left out must not be called. */
export type MemberParts = Partial<Pick<MemberApi, Exclude<keyof MemberApi, Group>>> & {
  readonly [Part in Group]?: Partial<MemberApi[Part]>;
};

type Group = 'kv' | 'lease' | 'cluster' | 'maintenance' | 'auth';

export const header = (revision = 1n): ResponseHeader => ({
  cluster_id: 0xc1n,
  member_id: 0xe1n,
  revision,
  raft_term: 2n,
});

/**
 * A member of the given parts. Calling anything else fails the call, and is remembered for `unexpected`, since a
 * server may well turn the failure into an answer.
 */
export function fakeMember(parts: MemberParts = {}): { readonly member: MemberApi; readonly unexpected: string[] } {
  const unexpected: string[] = [];
  const refuseCalls = (name: string) => () => {
    unexpected.push(name);
    throw new Error(`unexpected call of ${name}`);
  };
  const defaults = {
    header: () => header(),
    hasLeader: () => true,
    onLeaderChange: () => () => {},
    alarms: () => [],
    isLearner: () => false,
    clusterVersion: () => undefined,
    watch: refuseCalls('watch'),
  };
  const group = (name: Group): unknown =>
    new Proxy(parts[name] ?? {}, {
      get: (target, method) => Reflect.get(target, method) ?? refuseCalls(`${name}.${String(method)}`),
    });
  const groups = {
    kv: group('kv'),
    lease: group('lease'),
    cluster: group('cluster'),
    maintenance: group('maintenance'),
    auth: group('auth'),
  };
  const member = { ...defaults, ...parts, ...groups };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the proxies answer for every method of their group
  return { member: member as unknown as MemberApi, unexpected };
}
