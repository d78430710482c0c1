/**
 * serve/: one member for clients: gRPC over TCP, TLS, unix sockets and in-process pipes, with etcd's services and
 * refusals, and on the same ports over HTTP /health, /livez, /readyz, /version and /metrics. It knows of the member no
 * more than MemberApi.
 */
export { openListener } from './listen/open-listener.ts';
export { serveMember } from './serve-member.ts';
export type { Listener, Served, ServeOptions, ServerTls } from './types.ts';
