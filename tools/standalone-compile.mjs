// Runs in Bun, started by tools/standalone.mjs: bundles all tools into one
// program and puts it, with its bytecode, into a copy of a Bun executable.
// Arguments: outfile, target, path of the Bun executable for the target.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'bun';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const [outfile, target, executablePath] = process.argv.slice(2);

/**
 * Parts of the runtime that few commands need, and what the source takes from
 * each by name. Loading them costs a short command some milliseconds, so they
 * are loaded where they are first used.
 */
const lazyModules = { child_process: [], tty: ['isatty'], util: ['getSystemErrorMap'] };

const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^node:(${Object.keys(lazyModules).join('|')})$`);
    onResolve({ filter }, ({ path, importer }) => {
      // What a module of a package has is asked of it by property, so anything can stand in for it.
      if (importer.includes('node_modules')) return { path, namespace: 'lazy-object' };
      return eager.some((file) => importer.endsWith(file)) ? undefined : { path, namespace: 'lazy-names' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy-object' }, ({ path }) => ({
      loader: 'js',
      contents: `module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] });`,
    }));
    onLoad({ filter: /.*/, namespace: 'lazy-names' }, ({ path }) => ({
      loader: 'js',
      contents: lazyModules[path.slice('node:'.length)]
        .map((name) => `export const ${name} = (...args) => process.getBuiltinModule('${path}').${name}(...args);`)
        .join('\n'),
    }));
  },
};

/** Loaded only when their module is needed. */
const eager = ['src/base/file-lock.ts', 'src/cli/child.ts', 'src/cli/secret.ts'];

const result = await build({
  root,
  entrypoints: [`${root}src/cli/standalone.ts`, `${root}src/cli/commands/check/thread.ts`],
  target: 'bun',
  format: 'esm',
  splitting: true,
  minify: true,
  bytecode: true,
  define: {
    __VERSION__: JSON.stringify(packageJson.version),
    // The second entry point, as it is called inside the file.
    __CHECK_THREAD__: JSON.stringify('/$bunfs/root/src/cli/commands/check/thread.js'),
  },
  plugins: [lazyBuiltins],
  compile: {
    outfile,
    target,
    ...(executablePath && { executablePath }),
    autoloadDotenv: false,
    autoloadBunfig: false,
    // Interpret only, until the program says otherwise: see src/cli/standalone.ts.
    jitPolicy: 1000,
  },
});
if (!result.success) {
  for (const message of result.logs) console.error(String(message));
  process.exit(1);
}
