import { assert, property, string, webUrl } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextError } from '../../../src/base/index.ts';
import { parseGoUrl } from '../../../src/base/go-url.ts';

// Scheme, host and text as Go's net/url has them (1.26).
describe('a URL', () => {
  it.each([
    ['http://10.0.1.10:2380', 'http', '10.0.1.10:2380', 'http://10.0.1.10:2380'],
    ['HTTP://A.b:1', 'http', 'A.b:1', 'http://A.b:1'],
    ['https://[::1]:2380', 'https', '[::1]:2380', 'https://[::1]:2380'],
    ['http://[fe80::1%25en0]:1', 'http', '[fe80::1%en0]:1', 'http://[fe80::1%25en0]:1'],
    ['unix:///run/x y.sock', 'unix', '', 'unix:///run/x%20y.sock'],
    ['unix://m1:1', 'unix', 'm1:1', 'unix://m1:1'],
    ['unixs:rel', 'unixs', '', 'unixs:rel'],
    ['http://u:p%40@h:1', 'http', 'h:1', 'http://u:p%40@h:1'],
    ['http://h:1?', 'http', 'h:1', 'http://h:1?'],
    ['http://h:1?a=b#c d', 'http', 'h:1', 'http://h:1?a=b#c%20d'],
    ['unix://a/b(c)[d]', 'unix', 'a', 'unix://a/b(c)[d]'],
    ['unix://a/b(c)|', 'unix', 'a', 'unix://a/b%28c%29%7C'],
    ['http://%c3%a4:1', 'http', 'ä:1', 'http://%C3%A4:1'],
    ['http://ä:1', 'http', 'ä:1', 'http://%C3%A4:1'],
    ['localhost:2380', 'localhost', '', 'localhost:2380'],
    ['http://u/p@h:1', 'http', 'u', 'http://u/p@h:1'],
    ['http:/x', 'http', '', 'http:/x'],
    ['//h:1', '', 'h:1', '//h:1'],
    ['', '', '', ''],
    ['*', '', '', '*'],
  ])('%j is read', (text, scheme, host, written) => {
    const url = parseGoUrl(text);
    expect([url.scheme, url.host, url.text]).toEqual([scheme, host, written]);
  });

  it.each([
    ['127.0.0.1:2380', 'parse "127.0.0.1:2380": first path segment in URL cannot contain colon'],
    [':x', 'parse ":x": missing protocol scheme'],
    ['http://h:x', 'parse "http://h:x": invalid port ":x" after host'],
    ['http://a:b:1', 'parse "http://a:b:1": invalid port ":b:1" after host'],
    ['http://[::1:1', `parse "http://[::1:1": missing ']' in host`],
    ['http://a[b]:1', 'parse "http://a[b]:1": invalid IP-literal'],
    ['http://[1.2.3.4]:1', 'parse "http://[1.2.3.4]:1": invalid IP-literal'],
    ['http://a b:1', 'parse "http://a b:1": invalid character " " in host name'],
    ['http://a%20b:1', 'parse "http://a%20b:1": invalid URL escape "%20"'],
    ['http://h:1/%zz', 'parse "http://h:1/%zz": invalid URL escape "%zz"'],
    ['http://h:1#%', 'parse "http://h:1#%": invalid URL escape "%"'],
    ['http://u\u0001@h:1', 'parse "http://u\\x01@h:1": net/url: invalid control character in URL'],
    ['http://a|b@h:1', 'parse "http://a|b@h:1": net/url: invalid userinfo'],
  ])('%j is refused in the words of Go', (text, message) => {
    expect(() => parseGoUrl(text)).toThrow(new TextError(message));
  });

  it('is written in a way that is read the same', () => {
    assert(
      property(webUrl({ withFragments: true, withQueryParameters: true }), (text) => {
        const url = parseGoUrl(text);
        expect(parseGoUrl(url.text)).toEqual({ ...url });
      }),
    );
  });

  it('of any text is read or refused', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 30 }), (text) => {
        for (const prefix of ['', 'http://', 'unix://', 'http://[']) {
          try {
            parseGoUrl(prefix + text);
          } catch (error) {
            expect(error).toBeInstanceOf(TextError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
