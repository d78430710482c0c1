import type { Member, ResponseHeader } from '../../../wire/index.ts';
import { hex } from '../text.ts';
import { isZero, type Field, type Shape, Struct } from './struct.ts';

export interface MembersResponse {
  readonly header: ResponseHeader | undefined;
  readonly member?: Member | undefined;
  readonly members: readonly Member[];
}

/** A response about members with its IDs as hexadecimal strings, for `--hex`. */
export function hexMembersShape(response: MembersResponse): Shape {
  const fields: Field[] = [['header', response.header === undefined ? null : hexHeader(response.header)]];
  if ('member' in response) fields.push(['member', response.member === undefined ? null : hexMember(response.member)]);
  fields.push(['members', response.members.map(hexMember)]);
  return new Struct(fields);
}

const hexHeader = (header: ResponseHeader): Shape =>
  new Struct([
    ['cluster_id', hex(header.cluster_id)],
    ['member_id', hex(header.member_id)],
    ...nonZero([
      ['revision', header.revision],
      ['raft_term', header.raft_term],
    ]),
  ]);

const hexMember = (member: Member): Shape =>
  new Struct([
    ['ID', hex(member.ID)],
    ...nonZero([
      ['name', member.name],
      ['peerURLs', member.peerURLs],
      ['clientURLs', member.clientURLs],
      ['isLearner', member.isLearner],
    ]),
  ]);

const nonZero = (fields: readonly Field[]): Field[] => fields.filter(([, value]) => !isZero(value));
