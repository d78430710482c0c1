// Builds the standalone files: etcdctl, etcdutl and etcd as one executable under
// three names, which needs no Node and no npm beside it. Arguments name targets
// (`linux-arm64-musl`, or `all`); without any it is this machine's own.
//
// The executable is Bun's, of the version in package-lock.json. For this
// machine npm has installed it; those for other machines come from npm's cache
// or registry, are checked against the lock file, and are kept.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import lock from '../package-lock.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = lock.packages['node_modules/bun'];

/** By target: the package that brings its executable. */
const packages = {
  'linux-x64': '@oven/bun-linux-x64',
  'linux-arm64': '@oven/bun-linux-aarch64',
  'linux-x64-musl': '@oven/bun-linux-x64-musl',
  'linux-arm64-musl': '@oven/bun-linux-aarch64-musl',
  'darwin-x64': '@oven/bun-darwin-x64',
  'darwin-arm64': '@oven/bun-darwin-aarch64',
};

/** The one that takes its C library with it, and runs where there is none: see tools/standalone/carry.ts. */
const carryingTarget = 'linux-x64';

const otherNames = ['etcdutl', 'etcd'];
const own = ownTarget();
const asked = process.argv.slice(2);
for (const target of asked.includes('all') ? Object.keys(packages) : asked.length > 0 ? asked : [own]) {
  if (!(target in packages)) fail(`there is no target ${target}; there are ${Object.keys(packages).join(', ')}, all`);
  buildFor(target);
}

function ownTarget() {
  const isMusl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`;
}

function buildFor(target) {
  const directory = `${root}dist/standalone${target === own ? '' : `/${target}`}`;
  // The file holds the name it was built under, so that is always the same.
  const partial = `${directory}/partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const part = `${partial}/etcdctl`;
  const args = ['tools/standalone-compile.mjs', part, `bun-${target}`, executableFor(target)];
  execFileSync(executableFor(own), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const inside = target === carryingTarget ? carry(part) : 'no C library inside';
  for (const tool of otherNames) linkSync(part, `${partial}/${tool}`);
  // Those of before may be running; each is replaced in one step.
  for (const tool of ['etcdctl', ...otherNames]) renameSync(`${partial}/${tool}`, `${directory}/${tool}`);
  rmSync(partial, { recursive: true });
  const megabytes = (statSync(`${directory}/etcdctl`).size / 1e6).toFixed(0);
  console.log(
    `${directory.slice(root.length)}/{etcdctl,etcdutl,etcd}: ${target}, ${megabytes} MB, Bun ${version}, ${inside}`,
  );
}

function carry(part) {
  return execFileSync(executableFor(own), ['tools/standalone-carry.mjs', part], { cwd: root, encoding: 'utf8' }).trim();
}

/** The package's install script puts the executable elsewhere, unless npm was told to run no scripts. */
function executableFor(target) {
  const name = packages[target];
  if (name === undefined) fail(`Bun has no executable for ${target}, so there is nothing to build with`);
  const candidates = [`${root}node_modules/${name}/bin/bun`];
  if (target === own) candidates.push(`${root}node_modules/bun/bin/bun.exe`);
  const found = candidates.find((path) => existsSync(path) && statSync(path).size > 1e6);
  if (found !== undefined) return found;
  if (target === own) fail(`${name} is not installed: run npm ci, without --omit=optional`);
  return fetched(name);
}

function fetched(name) {
  const directory = `${root}node_modules/.cache/standalone/${name.replace('/', '-')}-${version}`;
  const executable = `${directory}/bun`;
  if (existsSync(executable)) return executable;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const pack = ['pack', `${name}@${version}`, '--json', '--prefer-offline', '--pack-destination', directory];
  // Without `--force` npm refuses what is made for another machine.
  const [{ filename }] = JSON.parse(execFileSync('npm', [...pack, '--force'], { cwd: directory, encoding: 'utf8' }));
  const archive = `${directory}/${filename.replace('/', '-')}`;
  const wanted = lock.packages[`node_modules/${name}`].integrity;
  const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (integrity !== wanted) fail(`${name}@${version} is not what package-lock.json names: ${integrity}, not ${wanted}`);
  execFileSync('tar', ['-xzf', archive, '-C', directory, 'package/bin/bun']);
  copyFileSync(`${directory}/package/bin/bun`, `${executable}.part`);
  renameSync(`${executable}.part`, executable);
  rmSync(`${directory}/package`, { recursive: true });
  rmSync(archive);
  return executable;
}

function fail(text) {
  console.error(`build:standalone: ${text}`);
  process.exit(1);
}
