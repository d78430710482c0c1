import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('the example for node:test passes, by the name of the package', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=tap', 'test/examples/node-test.mjs'],
    {
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    },
  );
  expect(`${stdout}${stderr}`).toMatch(/# pass 1\b/);
  expect(status).toBe(0);
});
