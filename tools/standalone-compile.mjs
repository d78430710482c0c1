// Runs in Bun, started by tools/standalone.mjs: bundles all tools into one
// program and puts it, with its bytecode, into a copy of a Bun executable.
// Arguments: outfile, target, path of the Bun executable for the target.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'bun';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const [outfile, target, executablePath] = process.argv.slice(2);

/**
 * Parts of the runtime that few commands need, where they are imported at the
 * start. Loading them costs milliseconds, so they are loaded where they are
 * first used. (Bun does not ask plugins to resolve what is its own.)
 */
const lateImports = [
  { file: 'src/cli/process-io.ts', line: "import { isatty } from 'node:tty';" },
  { file: 'src/base/node-files.ts', line: "import { getSystemErrorMap } from 'node:util';" },
  { file: 'src/grpc/dialer.ts', line: "import net, { type NetConnectOpts } from 'node:net';" },
  { file: 'src/grpc/dialer.ts', line: "import tls, { type SecureContext } from 'node:tls';" },
  {
    file: 'src/grpc/tls.ts',
    line: "import tls, { type ConnectionOptions, type PeerCertificate, type SecureContext } from 'node:tls';",
  },
  { file: 'node_modules/commander/lib/command.js', line: "const childProcess = require('node:child_process');" },
];

/** The line as one that only looks when it is asked. */
function late(line) {
  const module = /'(node:\w+)'/.exec(line)[1];
  const name = /^import \{ (\w+) \}/.exec(line)?.[1];
  const look = `process.getBuiltinModule('${module}')`;
  if (name !== undefined) return `const ${name} = (...args) => ${look}.${name}(...args);`;
  const [, whole, types] = /^(?:const|import) (\w+)(?:, \{ (.*) \})?/.exec(line);
  const typesOnly = types === undefined ? '' : `import type { ${types.replaceAll('type ', '')} } from '${module}';`;
  return `${typesOnly}const ${whole} = new Proxy({}, { get: (_, name) => ${look}[name] });`;
}

const lateBuiltins = {
  name: 'late-builtins',
  setup({ onLoad }) {
    for (const file of new Set(lateImports.map((late) => late.file))) {
      onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, ({ path, loader }) => {
        let source = readFileSync(path, 'utf8');
        for (const { line } of lateImports.filter((late) => late.file === file)) {
          if (!source.includes(line)) throw new Error(`${file} has no line ${line} any more`);
          source = source.replace(line, late(line));
        }
        return { contents: source, loader };
      });
    }
  },
};

/** Connections are made as Bun makes them. */
const ownDialer = {
  name: 'own-dialer',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/dialer\.ts$/ }, ({ importer }) =>
      importer.endsWith('/src/grpc/connector.ts') ? { path: `${root}src/standalone/dialer.ts` } : undefined,
    );
  },
};

const result = await build({
  root,
  entrypoints: [`${root}src/standalone/main.ts`, `${root}src/cli/commands/check/thread.ts`],
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
  plugins: [lateBuiltins, ownDialer],
  compile: {
    outfile,
    target,
    ...(executablePath && { executablePath }),
    autoloadDotenv: false,
    autoloadBunfig: false,
    // Interpret only, until the program says otherwise: see src/standalone/main.ts.
    jitPolicy: 1000,
  },
});
if (!result.success) {
  for (const message of result.logs) console.error(String(message));
  process.exit(1);
}
