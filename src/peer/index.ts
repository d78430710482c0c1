/**
 * peer/: members reach each other over HTTP, as etcd's do (rafthttp): each dials the other for two long responses on
 * which raft's messages travel, posts what these cannot take, and sends snapshots of the database in requests of
 * their own. Ids, versions and cluster are checked with every request. It speaks with members of real etcd.
 *
 * {@link HttpPeers} is the network of one member; what listens on its peer URLs hands requests to `handle`.
 */
export { PeerError } from './errors.ts';
export { HttpPeers, type HttpPeersOptions, type PeerTls } from './http-peers.ts';
