/** A header, a key and how each format prints them. */
import type { WatchUpdate } from '../../../src/client/api.ts';
import { bytes } from './render.ts';

export const header = {
  cluster_id: 3671415558596415897n,
  member_id: 937887316624643689n,
  revision: 11n,
  raft_term: 2n,
};
export const foo = {
  key: bytes('foo'),
  create_revision: 2n,
  mod_revision: 11n,
  version: 10n,
  value: bytes('bar2'),
  lease: 0n,
};

export const jsonHeader =
  '"header":{"cluster_id":3671415558596415897,"member_id":937887316624643689,"revision":11,"raft_term":2}';
export const jsonFoo = '{"key":"Zm9v","create_revision":2,"mod_revision":11,"version":10,"value":"YmFyMg=="}';
export const fieldsHeader = `"ClusterID" : 3671415558596415897
"MemberID" : 937887316624643689
"Revision" : 11
"RaftTerm" : 2
`;
export const fieldsFoo = (prefix = ''): string => `"${prefix}Key" : "foo"
"${prefix}CreateRevision" : 2
"${prefix}ModRevision" : 11
"${prefix}Version" : 10
"${prefix}Value" : "bar2"
"${prefix}Lease" : 0
`;
export const yamlHeader = `header:
  cluster_id: '3671415558596415897'
  member_id: '937887316624643689'
  revision: 11
  raft_term: 2
`;

export const update = (partial: Partial<WatchUpdate>): WatchUpdate => ({
  header,
  events: [],
  created: false,
  canceled: false,
  compactRevision: 0n,
  cancelReason: '',
  isProgressNotify: false,
  ...partial,
});
