// Writes the declarations of the library: those of its door and of every file that they name, nothing else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** The relative imports of a declaration file. */
const IMPORT = /(from\s+|import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * @param entry path of the door
 * @param outdir where the declarations go, laid out as below the entry's parent
 */
export function writeDeclarations(entry, outdir) {
  const root = dirname(dirname(resolve(entry)));
  const waiting = [resolve(entry)];
  const done = new Set();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (done.has(path)) continue;
    done.add(path);
    const text = declarationsOf(path);
    for (const [, , , name] of text.matchAll(IMPORT)) waiting.push(resolve(dirname(path), `${name}.ts`));
    const out = join(outdir, relative(root, path).replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, text.replace(IMPORT, '$1$2$3.js$2'));
  }
}

/** One file's declarations follow from the file alone, because whatever it exports says its type. */
function declarationsOf(path) {
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, declaration: true, target: ts.ScriptTarget.ES2023 },
  });
  const [problem] = diagnostics ?? [];
  if (problem) throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  return outputText;
}
