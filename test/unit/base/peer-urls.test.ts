import { describe, expect, it } from 'vitest';
import { formatPeerUrlMap, parsePeerUrlMap, parsePeerUrls, splitHostPort } from '../../../src/base/peer-urls.ts';

const texts = (...urls: string[]) => parsePeerUrls(urls).map(({ text }) => text);

describe('peer URLs', () => {
  it('are trimmed and sorted by their text', () => {
    expect(texts(' http://b:1', 'http://a:2 ', 'unix:x', 'http://a:10')).toEqual([
      'http://a:10',
      'http://a:2',
      'http://b:1',
      'unix:x',
    ]);
  });

  it.each([
    [[], 'no valid URLs given'],
    [[''], 'URL scheme must be http, https, unix, or unixs: '],
    [['abc'], 'URL scheme must be http, https, unix, or unixs: abc'],
    [[' abc '], 'URL scheme must be http, https, unix, or unixs: abc'],
    [['localhost:2380'], 'URL scheme must be http, https, unix, or unixs: localhost:2380'],
    [['ftp://h:1'], 'URL scheme must be http, https, unix, or unixs: ftp://h:1'],
    [['127.0.0.1:2380'], 'parse "127.0.0.1:2380": first path segment in URL cannot contain colon'],
    [['http://h'], 'URL address does not have the form "host:port": http://h'],
    [['http:foo'], 'URL address does not have the form "host:port": http:foo'],
    [['http://h:1/'], 'URL must not contain a path: http://h:1/'],
    [['http://a:1', 'https://h:1/x'], 'URL must not contain a path: https://h:1/x'],
  ])('%j are refused', (urls, message) => {
    expect(() => parsePeerUrls(urls)).toThrow(expect.objectContaining({ message }));
  });
});

describe('a map of peer URLs', () => {
  it.each([
    ['a=http://a:1', { a: ['http://a:1'] }],
    ['a=http://a:2,b=http://b:1,a=http://a:1', { a: ['http://a:1', 'http://a:2'], b: ['http://b:1'] }],
    [',a=http://a:1,,', { a: ['http://a:1'] }],
    ['a=http://a:1?x=y', { a: ['http://a:1?x=y'] }],
    ['=http://a:1', { '': ['http://a:1'] }],
    ['', {}],
  ])('%j is read', (text, expected) => {
    const map = parsePeerUrlMap(text);
    expect(Object.fromEntries([...map].map(([name, urls]) => [name, urls.map((url) => url.text)]))).toEqual(expected);
  });

  it.each([
    ['a', 'URL scheme must be http, https, unix, or unixs: '],
    ['a=', 'URL scheme must be http, https, unix, or unixs: '],
    ['a=http://a:1,b=x', 'URL scheme must be http, https, unix, or unixs: x'],
  ])('%j is refused', (text, message) => {
    expect(() => parsePeerUrlMap(text)).toThrow(expect.objectContaining({ message }));
  });

  it('is written in order', () => {
    expect(formatPeerUrlMap(parsePeerUrlMap('b=http://b:1,a=http://a:2,a=http://a:1'))).toBe(
      'a=http://a:1,a=http://a:2,b=http://b:1',
    );
  });
});

it.each([
  ['h:1', { host: 'h', port: '1' }],
  ['h:', { host: 'h', port: '' }],
  [':1', { host: '', port: '1' }],
  ['[::1]:1', { host: '::1', port: '1' }],
  ['h', undefined],
  ['::1', undefined],
  ['[::1]', undefined],
  ['[::1]1', undefined],
  ['a[b:1', undefined],
  ['', undefined],
])('%j is split into host and port: %j', (text, expected) => {
  expect(splitHostPort(text)).toEqual(expected);
});
