import { describe, expect, it } from 'vitest';
import { isStoreRequest, readStoreRequest, writeStoreRequest } from '../../../src/member/apply/store-request.ts';
import { InternalRaftRequest } from '../../../src/wire/disk.ts';

const member_ID = 0x8e9e05c52164694dn;
const attributes = {
  cluster_member_attr_set: { member_ID, member_attributes: { name: 'm1', client_urls: ['http://a:1', 'http://b:2'] } },
};

describe('a request of members up to 3.5', () => {
  it('tells of a member', () => {
    const bytes = writeStoreRequest(7n, attributes) ?? new Uint8Array();
    expect(Buffer.from(bytes).toString()).toContain(
      '/0/members/8e9e05c52164694d/attributes"6{"name":"m1","clientURLs":["http://a:1","http://b:2"]}',
    );
    expect(isStoreRequest(bytes)).toBe(true);
    expect(readStoreRequest(bytes)).toMatchObject({ ID: 7n, ...attributes });
  });

  it('tells of the version', () => {
    const bytes = writeStoreRequest(2n ** 63n, { cluster_version_set: { ver: '3.5.0' } }) ?? new Uint8Array();
    expect(isStoreRequest(bytes)).toBe(true);
    expect(readStoreRequest(bytes)).toMatchObject({ ID: 2n ** 63n, cluster_version_set: { ver: '3.5.0' } });
  });

  it('is read as etcd 3.5 writes it, with its zeros', () => {
    // ID 1, Method PUT, Path /0/version, Val 3.5.0, then the fields that say nothing.
    const hex =
      '0801' +
      '1203505554' +
      '1a0a2f302f76657273696f6e' +
      '2205332e352e30' +
      '2800' +
      '3200' +
      '3800' +
      '48005000580060006800' +
      '7000' +
      '7800' +
      '800100';
    const bytes = Buffer.from(hex, 'hex');
    expect(isStoreRequest(bytes)).toBe(true);
    expect(readStoreRequest(bytes)).toMatchObject({ ID: 1n, cluster_version_set: { ver: '3.5.0' } });
  });

  it.each([
    ['/0/members/xyz/attributes', '{}'],
    ['/0/members/1/attributes', 'no json'],
    ['/0/members/1/attributes', '[1]'],
    ['/1/key', 'v'],
  ])('means nothing any more: %s %s', (path, value) => {
    const bytes = new TextEncoder().encode(
      `\x08\x05\x12\x03PUT\x1a${String.fromCharCode(path.length)}${path}"${String.fromCharCode(value.length)}${value}`,
    );
    expect(isStoreRequest(bytes)).toBe(true);
    expect(readStoreRequest(bytes)).toEqual({ ...InternalRaftRequest.create(), ID: 5n });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['an id alone', Uint8Array.of(0x08, 0x01)],
    [
      'a request of today',
      InternalRaftRequest.encode({ ...InternalRaftRequest.create(), ID: 1n, ...attributes }).finish(),
    ],
    [
      'a put of the key PUT',
      InternalRaftRequest.encode({
        ...InternalRaftRequest.create(),
        header: { ID: 1n, username: '', auth_revision: 0n },
        put: {
          key: Buffer.from('PUT'),
          value: new Uint8Array(),
          lease: 0n,
          prev_kv: false,
          ignore_lease: false,
          ignore_value: false,
        },
      }).finish(),
    ],
  ])('is not taken for one: %s', (_, bytes) => {
    expect(isStoreRequest(bytes)).toBe(false);
  });

  it('has no old form where there never was one', () => {
    expect(writeStoreRequest(1n, { downgrade_info_set: { enabled: true, ver: '3.4.0' } })).toBeUndefined();
  });
});
