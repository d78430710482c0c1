/**
 * network/: how members of one process reach each other, and everything that can be made to go wrong there: members
 * cut off, messages lost or late. All of it happens on the cluster's clock, and the same seed repeats it.
 */
export { type DelayRange, Faults, type FaultRoute } from './faults.ts';
export { MemberNetwork } from './member-network.ts';
