import { describe, expect, it } from 'vitest';
import { listenersOf } from '../../../src/process/serve-clients.ts';

describe('listeners for clients', () => {
  const at = (port: number, secure: boolean | 'optional') => ({
    address: { kind: 'tcp', host: '127.0.0.1', port },
    secure,
  });

  it.each<[readonly string[], readonly object[]]>([
    [['http://127.0.0.1:1'], [at(1, false)]],
    [
      ['http://127.0.0.1:1', 'https://127.0.0.1:2'],
      [at(1, false), at(2, true)],
    ],
    [['http://127.0.0.1:1', 'https://127.0.0.1:1'], [at(1, 'optional')]],
    [['https://127.0.0.1:1', 'http://127.0.0.1:1', 'https://127.0.0.1:1'], [at(1, 'optional')]],
    [['unix://a/b', 'unixs://a/b'], [{ address: { kind: 'unix', path: 'a/b' }, secure: 'optional' }]],
  ])('are one for each address: %s', (urls, listeners) => {
    expect(listenersOf(urls, undefined)).toEqual(listeners);
    expect(listenersOf(urls, 'grpc')).toEqual(listeners.map((each) => ({ ...each, serves: 'grpc' })));
  });
});
