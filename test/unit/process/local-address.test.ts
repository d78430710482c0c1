import { describe, expect, it } from 'vitest';
import { configure, parseCommandLine } from '../../../src/process/index.ts';
import { localAddressOf } from '../../../src/process/local-address.ts';
import { summaryOf } from '../../../src/process/summary.ts';

const GATE = '--feature-gates=SetMemberLocalAddr=true';

function settingsFor(urls: string, ...flags: readonly string[]) {
  const cluster = urls
    .split(',')
    .map((url) => `a=${url}`)
    .join(',');
  const args = ['--name=a', `--initial-advertise-peer-urls=${urls}`, `--initial-cluster=${cluster}`, ...flags];
  return configure({ commandLine: parseCommandLine(args), env: {}, readFile: () => '' });
}

const addressFor = (urls: string, ...flags: readonly string[]) => localAddressOf(settingsFor(urls, ...flags).settings);

describe('the address that a member dials others from', () => {
  it('is left to the platform without the gate', () => {
    expect(addressFor('https://10.0.0.4:2380')).toEqual({ address: undefined, notes: [] });
  });

  it.each([
    ['https://10.0.0.4:2380', '10.0.0.4'],
    ['http://127.0.0.1:2380,http://10.0.0.5:2380,http://10.0.0.6:2380', '10.0.0.5'],
    ['http://name.example:2380,http://192.0.2.1:2380', '192.0.2.1'],
    ['http://[::1]:2380,http://[2001:db8::7]:2380', '2001:db8::7'],
  ])('is the first of its own that others can reach: %s', (urls, address) => {
    const found = addressFor(urls, GATE);
    expect(found.address).toBe(address);
    expect(found.notes.at(-1)).toMatchObject({
      message: 'setting member local address',
      fields: { LocalAddr: address },
    });
  });

  it.each([
    'http://127.0.0.1:2380',
    'http://0.0.0.0:2380',
    'http://[::]:2380',
    'http://name.example:2380',
    'unix://a:1',
  ])('is left to the platform, and the log says so, with %s alone', (url) => {
    const { address, notes } = addressFor(url, GATE);
    expect(address).toBeUndefined();
    expect(notes.map(({ level }) => level)).toEqual(['info', 'warn']);
    expect(notes.at(-1)?.message).toContain('unable to set a member local address');
  });

  it('is told of in the summary of the settings', () => {
    expect(summaryOf(settingsFor('http://10.0.0.4:2380').settings, false)).toMatchObject({ 'local-address': '' });
    const { settings, notes } = settingsFor('http://10.0.0.4:2380', GATE);
    expect(summaryOf(settings, false)).toMatchObject({ 'local-address': '10.0.0.4' });
    expect(JSON.stringify(notes)).not.toContain('has no effect');
  });
});
