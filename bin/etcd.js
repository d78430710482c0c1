#!/usr/bin/env node
// The server. It lives long, so it is loaded as any script is.
const { existsSync } = require('node:fs');
const path = require('node:path');

const script = path.join(__dirname, '..', 'dist', 'etcd.cjs');
if (existsSync(script)) {
  require(script);
} else {
  process.stderr.write(`Error: ${script} is missing: run \`npm run build\` first\n`);
  process.exit(1);
}
