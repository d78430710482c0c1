import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The examples import the package by its name; here that is its source.
  resolve: { alias: { etcdctl: new URL('src/embed/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Most suites wait for servers and children more than they compute.
    maxWorkers: 3,
    reporters: ['default'],
  },
});
