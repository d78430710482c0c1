/** Codecs of what members send to each other's peer URLs: raft's messages, and what they ask about leases. */
export { Message as RaftMessage } from './gen/disk/raft.ts';
export { LeaseInternalRequest, LeaseInternalResponse } from './gen/peer/lease_http.ts';
export {
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from './gen/rpc/lease.ts';
