#!/usr/bin/env node
// Runs a tool of dist/: two scripts, each a table of modules, with the code
// caches that lie beside them. The second is read only when a module in it is
// needed. A cache made by another Node is refused by V8, and the script is
// compiled as usual.
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

// The build runs what it has made before it puts it in place.
const { ETCDCTL_BUILD_KEEP: keep, ETCDCTL_BUILD_DIST: made } = process.env;
const dist = keep !== undefined && made !== undefined ? made : path.join(__dirname, '..', 'dist');
const scripts = new Map();
const loaded = new Map();

function launch(tool) {
  if (keep !== undefined) keepAtExit(tool, keep);
  const filename = path.join(dist, `${tool}.cjs`);
  let table = tableOf(tool);
  const load = (name) => {
    if (!name.startsWith('./')) return require(name);
    let found = loaded.get(name);
    if (found === undefined) {
      found = { exports: {} };
      loaded.set(name, found);
      if (table[name] === undefined) table = { ...table, ...tableOf(`${tool}-more`) };
      table[name](found.exports, load, found, filename, dist);
    }
    return found.exports;
  };
  load(`./${tool}.js`);
}

function tableOf(name) {
  const filename = path.join(dist, `${name}.cjs`);
  const source = read(filename, 'utf8');
  if (source === undefined) {
    process.stderr.write(`Error: ${filename} is missing: run \`npm run build\` first\n`);
    process.exit(1);
  }
  const cachedData = read(path.join(dist, `${name}.cache`));
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  scripts.set(name, script);
  return script.runInThisContext();
}

function read(filename, encoding) {
  try {
    return readFileSync(filename, encoding);
  } catch {
    return undefined;
  }
}

/** For the build alone: the names of the modules that the run needed, or caches with every function that it called. */
function keepAtExit(tool, what) {
  for (const name of ['ETCDCTL_BUILD_KEEP', 'ETCDCTL_BUILD_DIST']) delete process.env[name]; // the tool would warn of them
  process.on('exit', () => {
    if (what === 'modules') {
      writeFileSync(path.join(dist, `${tool}.modules`), JSON.stringify([...loaded.keys()]));
      return;
    }
    tableOf(`${tool}-more`);
    for (const [name, script] of scripts) writeFileSync(path.join(dist, `${name}.cache`), script.createCachedData());
  });
}

// One file less to find and read: the launcher is in the tool that starts most often.
if (require.main === module) launch('etcdctl');
module.exports = launch;
