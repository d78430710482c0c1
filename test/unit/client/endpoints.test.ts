import { describe, expect, it } from 'vitest';
import { readEndpoints } from '../../../src/client/endpoints.ts';

const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port });
const unix = (path: string) => ({ kind: 'unix', path });

function readOne(text: string, hasTls = false) {
  const [endpoint] = readEndpoints([text], hasTls);
  return endpoint;
}

describe('the address of an endpoint', () => {
  it.each([
    ['10.0.0.1:2379', tcp('10.0.0.1', 2379), '10.0.0.1'],
    ['etcd-0.etcd:2379', tcp('etcd-0.etcd', 2379), 'etcd-0.etcd'],
    [':2379', tcp('localhost', 2379), 'localhost'],
    ['http://10.0.0.2', tcp('10.0.0.2', 2379), '10.0.0.2'],
    ['http://10.0.0.2:12379', tcp('10.0.0.2', 12379), '10.0.0.2'],
    ['https://etcd.example.com:443/a/path?q#f', tcp('etcd.example.com', 443), 'etcd.example.com'],
    ['HTTPS://Etcd.example.com', tcp('Etcd.example.com', 2379), 'Etcd.example.com'],
    ['http://:2379', tcp('localhost', 2379), 'localhost'],
    ['etcd', tcp('etcd', 2379), 'etcd'],
    ['[::1]:2379', tcp('::1', 2379), '::1'],
    ['[::1]', tcp('::1', 2379), '::1'],
    ['::1', tcp('::1', 2379), '::1'],
    ['https://[::1]:2379', tcp('::1', 2379), '::1'],
    ['https://[127.0.0.1]:2379', tcp('127.0.0.1', 2379), '127.0.0.1'],
    ['http://[fe80::1%25eth0]:2379', tcp('fe80::1%eth0', 2379), 'fe80::1%eth0'],
    ['[fe80::1%eth0]:2379', tcp('fe80::1%eth0', 2379), 'fe80::1%eth0'],
    ['  10.0.0.1:2379 ', tcp('10.0.0.1', 2379), '10.0.0.1'],
    ['unix:///run/etcd/s.sock', unix('/run/etcd/s.sock'), 's.sock'],
    ['unixs:///run/etcd/localhost:2379', unix('/run/etcd/localhost:2379'), 'localhost'],
    ['unix://relative.sock', unix('relative.sock'), 'relative.sock'],
    ['unix:relative.sock', unix('relative.sock'), 'relative.sock'],
    ['unix:/abs.sock', unix('/abs.sock'), 'abs.sock'],
  ])('%s', (text, address, serverName) => {
    expect(readOne(text)).toMatchObject({ text: text.trim(), address, serverName });
  });

  it.each([
    ['etcd://10.0.0.1:2379', 'unknown scheme etcd://'],
    ['10.0.0.1:abc', 'abc is not a port (1 to 65535)'],
    ['10.0.0.1:0', '0 is not a port (1 to 65535)'],
    ['10.0.0.1:65536', '65536 is not a port (1 to 65535)'],
    ['10.0.0.1:-1', '-1 is not a port (1 to 65535)'],
    ['a:b:2379', 'not an address of the form host:port'],
    ['[::1:2379', 'not an address of the form host:port'],
    ['10.0.0.1 :2379', 'not an address of the form host:port'],
    ['a b', 'not an address of the form host:port'],
    ['unix://', 'no path of a socket'],
    ['unix:', 'no path of a socket'],
  ])('%s cannot be dialled', (text, problem) => {
    expect(readOne(text)).toEqual({ text, problem });
  });
});

describe('what requests say for the host', () => {
  it.each([
    ['unix:///run/etcd/localhost:2379', 'localhost:2379'],
    ['unix:etcd.sock', 'etcd.sock'],
    ['unix:/run/etcd/a socket', undefined],
    ['unix:///run/\u{e9}tcd\u{e9}', undefined],
    ['http://localhost:2379', undefined],
  ])('%s: %s', (text, expected) => {
    const endpoint = readOne(text);
    expect(endpoint && 'authority' in endpoint ? endpoint.authority : undefined).toBe(expected);
  });
});

it('does not repeat a password', () => {
  expect(readOne('https://user:se:cr@et@etcd:2379/')).toMatchObject({
    text: 'https://***@etcd:2379/',
    serverName: 'etcd',
  });
  expect(readOne('http://user:secret@etcd:abc')).toEqual({
    text: 'http://***@etcd:abc',
    problem: 'abc is not a port (1 to 65535)',
  });
});

describe('TLS', () => {
  it.each([
    [['http://a'], true, [false]],
    [['http://a'], false, [false]],
    [['https://a'], false, [true]],
    [['unixs://a'], false, [true]],
    [['unix://a'], true, [true]],
    [['unix://a'], false, [false]],
    [['a:1'], true, [true]],
    [['a:1'], false, [false]],
    [['http://a', 'https://b'], false, [false, true]],
    [['https://a', 'http://b'], true, [true, false]],
    [['http://a', 'b:1'], true, [false, false]],
    [['https://a', 'b:1'], false, [true, true]],
    [['a:1', 'http://b', 'c:1'], true, [true, false, true]],
    [['a:1', 'https://b'], false, [false, true]],
  ])('%j with TLS material %s', (texts, hasTls, expected) => {
    expect(readEndpoints(texts, hasTls).map((endpoint) => 'secure' in endpoint && endpoint.secure)).toEqual(expected);
  });
});

describe('the list', () => {
  it('drops blank entries and keeps the order', () => {
    expect(readEndpoints(['', 'b:1', ' ', 'a:1'], false).map(({ text }) => text)).toEqual(['b:1', 'a:1']);
    expect(readEndpoints(['', ' '], false)).toEqual([]);
  });

  it('keeps what cannot be dialled in its place', () => {
    expect(readEndpoints(['a:x', 'b:1'], false)).toMatchObject([
      { problem: 'x is not a port (1 to 65535)' },
      { text: 'b:1' },
    ]);
  });
});
