// Bundles each tool into dist/: one script with the modules that a short command needs, one with all the
// others, and beside both V8's code cache of a run, because reading and compiling is most of what a short
// command costs. bin/*.js run the scripts with the caches where they fit the Node that runs them.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { basename } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { writeDeclarations } from './declarations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
// What is in dist/ may be running: it is replaced as a whole, when all is there.
const dist = `${root}dist`;
const partial = `${root}dist.tmp-${process.pid}`;
const former = `${root}dist.old-${process.pid}`;
mkdirSync(partial);
process.on('exit', () => {
  for (const path of [partial, former]) rmSync(path, { recursive: true, force: true });
});

const common = {
  absWorkingDir: root,
  outdir: partial,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: { __VERSION__: JSON.stringify(packageJson.version) },
};

/** For CommonJS, which knows its own file by another name. */
const filename = { 'import.meta.filename': '__filename' };

/**
 * Parts of Node that few commands need, each of which costs milliseconds: commander can start programs as subcommands,
 * which ours never do, and TLS is not on every connection. They are loaded where they are first used.
 */
const lateBuiltins = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(child_process|tls)$/ }, ({ path, importer }) =>
      /commander|src\/grpc\/(dialer|tls)\.ts$/.test(importer) ? { path, namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, name) => require('${path}')[name] });`,
    }));
  },
};

/** The servers are many times the size of the client, and `sandbox` alone needs them: they are a file of their own. */
const sandboxApart = {
  name: 'sandbox-apart',
  setup({ onResolve }) {
    // The launcher finds it from bin/.
    onResolve({ filter: /embed\/sandbox\/index\.ts$/ }, () => ({ path: '../dist/sandbox.cjs', external: true }));
  },
};

await buildLibrary();
await build({
  ...common,
  entryPoints: {
    'check-thread': 'src/cli/commands/check/thread.ts', // check perf runs it in threads
    sandbox: 'src/embed/sandbox/index.ts',
    etcd: 'src/process/etcd.ts',
  },
  define: { ...common.define, ...filename },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
await buildTools();
putInPlace();

/** What `import` of the package gives, and the tour, which uses it as anyone would. Packages stay where npm puts them. */
async function buildLibrary() {
  await build({
    ...common,
    entryPoints: { 'library/index': 'src/embed/index.ts', tour: 'src/tour/main.ts' },
    chunkNames: 'library/[name]-[hash]',
    format: 'esm',
    splitting: true,
    packages: 'external',
  });
  writeDeclarations(`${root}src/embed/index.ts`, `${partial}/library/types`);
}

async function buildTools() {
  const server = await emptyStore();
  await buildTool('etcdctl', ['get', 'foo', '--endpoints', `127.0.0.1:${server.address().port}`]);
  await buildTool('etcdutl', ['version']);
  server.close();
}

/** @param words a short command, whose modules and functions are kept ready */
async function buildTool(tool, words) {
  const modules = await bundleInParts(tool);
  writeScripts(tool, modules, new Set());
  const needed = await run(tool, words, 'modules');
  writeScripts(tool, modules, new Set(JSON.parse(needed)));
  await run(tool, words, 'caches');
}

/** The tool as CommonJS modules that share no code: what is imported lazily is apart from what is not. */
async function bundleInParts(tool) {
  const { outputFiles } = await build({
    ...common,
    plugins: [lateBuiltins, sandboxApart],
    entryPoints: { [tool]: `src/cli/${tool}.ts` },
    define: { ...common.define, ...filename },
    format: 'esm',
    splitting: true,
    write: false,
  });
  return Promise.all(
    outputFiles.map(async ({ path, text }) => {
      // The launcher runs the modules in scripts, where import() does not work and require does.
      const supported = { 'dynamic-import': false };
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        minify: true,
        supported,
      });
      return { name: `./${basename(path)}`, code };
    }),
  );
}

/** Two scripts, each a table of functions that define one module. */
function writeScripts(tool, modules, needed) {
  const table = (chosen) =>
    `({${chosen.map(({ name, code }) => `"${name}":function(exports,require,module,__filename,__dirname){${code}}`)}})`;
  writeFileSync(`${partial}/${tool}.cjs`, table(modules.filter(({ name }) => needed.has(name))));
  writeFileSync(`${partial}/${tool}-more.cjs`, table(modules.filter(({ name }) => !needed.has(name))));
}

/** @param keep what the launcher is to keep of the run: see bin/etcdctl.js */
async function run(tool, words, keep) {
  const env = { ...process.env, ETCDCTL_BUILD_KEEP: keep, ETCDCTL_BUILD_DIST: partial };
  await promisify(execFile)(process.execPath, [`bin/${tool}.js`, ...words], { cwd: root, env });
  if (keep !== 'modules') return '';
  const list = `${partial}/${tool}.modules`;
  const text = readFileSync(list, 'utf8');
  rmSync(list);
  return text;
}

/** The standalone files stay as they are; they have a build of their own. */
function putInPlace() {
  if (existsSync(dist)) renameSync(dist, former);
  renameSync(partial, dist);
  if (existsSync(`${former}/standalone`)) renameSync(`${former}/standalone`, `${dist}/standalone`);
}

/** A server that has no key. */
async function emptyStore() {
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
  return server;
}
