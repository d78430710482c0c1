// Runs a bundle of dist/ with the code cache that lies beside it. A cache made
// by another Node is refused by V8, and the bundle is compiled as usual.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

module.exports = function launch(tool) {
  const filename = join(__dirname, '..', 'dist', `${tool}.cjs`);
  const cacheName = join(__dirname, '..', 'dist', `${tool}.cache`);
  const source = read(filename, 'latin1'); // the bundle is ASCII
  if (source === undefined) {
    process.stderr.write(`Error: ${filename} is missing: run \`npm run build\` first\n`);
    process.exit(1);
  }
  const cachedData = read(cacheName);
  const wrapped = `(function(exports,require,module,__filename,__dirname){${source}\n})`;
  const script = new Script(wrapped, { filename, ...(cachedData && { cachedData }) });
  if (process.env.ETCDCTL_WRITE_CODE_CACHE === '1') keepCacheAtExit(script, cacheName);
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, filename, join(__dirname, '..', 'dist'));
};

function read(filename, encoding) {
  try {
    return readFileSync(filename, encoding);
  } catch {
    return undefined;
  }
}

/** For the build alone: at the exit the cache holds every function that the run needed. */
function keepCacheAtExit(script, cacheName) {
  delete process.env.ETCDCTL_WRITE_CODE_CACHE; // the tool would warn of it
  process.on('exit', () => {
    writeFileSync(`${cacheName}.part`, script.createCachedData());
    renameSync(`${cacheName}.part`, cacheName);
  });
}
