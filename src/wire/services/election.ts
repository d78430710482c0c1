import {
  CampaignRequest,
  CampaignResponse,
  LeaderRequest,
  LeaderResponse,
  ProclaimRequest,
  ProclaimResponse,
  ResignRequest,
  ResignResponse,
} from '../gen/rpc/election.ts';
import { serverStream, unary } from '../method.ts';

/** The Election service: elections kept by the server. */
export const election = {
  campaign: unary('/v3electionpb.Election/Campaign', CampaignRequest, CampaignResponse),
  proclaim: unary('/v3electionpb.Election/Proclaim', ProclaimRequest, ProclaimResponse),
  leader: unary('/v3electionpb.Election/Leader', LeaderRequest, LeaderResponse),
  observe: serverStream('/v3electionpb.Election/Observe', LeaderRequest, LeaderResponse),
  resign: unary('/v3electionpb.Election/Resign', ResignRequest, ResignResponse),
} as const;
