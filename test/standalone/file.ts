/** The standalone file, built unless it is there. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tool } from '../support/subject.ts';

/** The names of the file. */
type Name = Tool | 'etcd';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = `${root}dist/standalone`;

export function builtFile(tool: Name = 'etcdctl'): string {
  const path = `${directory}/${tool}`;
  if (!existsSync(path)) execFileSync(process.execPath, ['tools/standalone.mjs'], { cwd: root, stdio: 'ignore' });
  return path;
}

/** The same tool as Node runs it. */
export const onNode = (tool: Tool): string => `${root}bin/${tool}.js`;
