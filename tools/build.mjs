// Bundles each tool into one CommonJS file in dist/, and beside it V8's code
// cache of a run, because compiling is most of what a short command costs.
// bin/*.js run the file with the cache where it fits the Node that runs it.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });

const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: { __VERSION__: JSON.stringify(packageJson.version) },
};

/** commander can start programs as subcommands; ours never do, and loading that part of Node costs a millisecond. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: "module.exports = new Proxy({}, { get: (_, name) => require('node:child_process')[name] });",
    }));
  },
};

await build({
  ...common,
  plugins: [lazyChildProcess],
  entryPoints: {
    etcdctl: 'src/cli/etcdctl.ts',
    etcdutl: 'src/cli/etcdutl.ts',
    'check-thread': 'src/cli/commands/check/thread.ts', // check perf runs it in threads
  },
  define: { ...common.define, 'import.meta.filename': '__filename' },
  format: 'cjs',
  // The launcher runs the bundle as a script, where import() does not work and require does.
  supported: { 'dynamic-import': false },
  outExtension: { '.js': '.cjs' },
});
await build({ ...common, entryPoints: { tour: 'src/tour/main.ts' }, format: 'esm' });
await warmCaches();

/** Runs each tool once with the order to keep its code cache; etcdctl reads a key from a server that has none. */
async function warmCaches() {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/grpc' });
      response.on('wantTrailers', () => undefined);
      response.addTrailers({ 'grpc-status': '0' });
      response.end(Buffer.alloc(5)); // an empty message: a range without keys
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { ...process.env, ETCDCTL_WRITE_CODE_CACHE: '1' };
  const run = promisify(execFile);
  const node = process.execPath;
  await run(node, ['bin/etcdctl.js', 'get', 'foo', '--endpoints', `127.0.0.1:${server.address().port}`], {
    cwd: root,
    env,
  });
  await run(node, ['bin/etcdutl.js', 'version'], { cwd: root, env });
  server.close();
}
