import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';

it('the tour shows every command, ends by itself and well, and leaves nothing behind', () => {
  const tours = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('etcdctl-tour-'));
  const before = tours();
  const { status, stdout } = spawnSync(process.execPath, ['dist/tour.js'], { encoding: 'utf8' });
  expect(stdout).toContain('# The tour is over; every command did what it should.');
  expect(status).toBe(0);
  const shown = [...stdout.matchAll(/^\$ (etcdctl|etcdutl) ([a-z-]+)/gm)].map(
    ([, tool, command]) => `${tool} ${command}`,
  );
  for (const command of ['put', 'get', 'watch', 'txn', 'lease', 'member', 'endpoint', 'snapshot', 'move-leader']) {
    expect(shown).toContain(`etcdctl ${command}`);
  }
  expect(shown).toContain('etcdutl snapshot');
  expect(stdout).toMatch(/# m\d, which led, is killed as by kill -9\n# m\d leads now/);
  expect(tours().filter((name) => !before.includes(name))).toEqual([]);
}, 120_000);
