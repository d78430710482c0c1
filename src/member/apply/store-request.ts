import { formatJson, type JsonObject, type JsonValue, parseJson, TextError } from '../../base/index.ts';
import { formatId } from '../../base/member-ids.ts';
import { InternalRaftRequest, StoreRequest } from '../../wire/disk.ts';
import type { Content } from '../content.ts';

/**
 * Members up to 3.5 publish their attributes and the cluster's version as writes to the store of API version 2, and
 * do not know the requests that took their place. The two forms mean the same; each is written while the cluster's
 * version asks for it, and both are read.
 */

const ATTRIBUTES_PATH = /^\/0\/members\/([0-9a-f]{1,16})\/attributes$/;
const VERSION_PATH = '/0/version';
const NOTHING = InternalRaftRequest.create();

/** What an entry of the log asks for, in whichever form. */
export const decodeRequest = (data: Uint8Array): InternalRaftRequest =>
  isStoreRequest(data) ? readStoreRequest(data) : InternalRaftRequest.decode(data);

/** Whether an entry holds a write to the store: its fields begin with an id and the method PUT. */
export function isStoreRequest(data: Uint8Array): boolean {
  let at = 0;
  if (data[at] === 0x08) {
    at += 1;
    while ((data[at] ?? 0) >= 0x80) at += 1;
    at += 1;
  }
  const [tag, length, p, u, t] = data.subarray(at, at + 5);
  return tag === 0x12 && length === 3 && p === 0x50 && u === 0x55 && t === 0x54;
}

/** The request that takes its place. One that means nothing any more has no content. */
export function readStoreRequest(data: Uint8Array): InternalRaftRequest {
  const { ID = 0n, Path = '', Val = '' } = StoreRequest.decode(data);
  const member = ATTRIBUTES_PATH.exec(Path)?.[1];
  if (member !== undefined) {
    const member_attributes = readAttributes(Val);
    if (member_attributes === undefined) return { ...NOTHING, ID };
    return { ...NOTHING, ID, cluster_member_attr_set: { member_ID: BigInt(`0x${member}`), member_attributes } };
  }
  if (Path === VERSION_PATH) return { ...NOTHING, ID, cluster_version_set: { ver: Val } };
  return { ...NOTHING, ID };
}

/** The old form of a request; undefined for those that never had one. */
export function writeStoreRequest(id: bigint, content: Content): Uint8Array | undefined {
  const { cluster_member_attr_set: attributes, cluster_version_set: version } = content;
  if (version) return StoreRequest.encode({ ID: id, Method: 'PUT', Path: VERSION_PATH, Val: version.ver }).finish();
  if (!attributes) return undefined;
  const { name = '', client_urls = [] } = attributes.member_attributes ?? {};
  const Path = `/0/members/${formatId(attributes.member_ID)}/attributes`;
  const Val = formatJson({
    ...(name !== '' && { name }),
    ...(client_urls.length > 0 && { clientURLs: [...client_urls] }),
  });
  return StoreRequest.encode({ ID: id, Method: 'PUT', Path, Val }).finish();
}

function readAttributes(text: string): { name: string; client_urls: string[] } | undefined {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof TextError) return undefined;
    throw error;
  }
  if (!isObject(value)) return undefined;
  const { name, clientURLs } = value;
  return {
    name: typeof name === 'string' ? name : '',
    client_urls: Array.isArray(clientURLs) ? clientURLs.filter((url) => typeof url === 'string') : [],
  };
}

const isObject = (value: JsonValue): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
