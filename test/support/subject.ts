/**
 * The built tools that process tests run. ETCDCTL_UNDER_TEST names another
 * etcdctl, such as the standalone file, with its etcdutl beside it.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Tool = 'etcdctl' | 'etcdutl';

/** An absolute path that can be executed as it is. */
export function subject(tool: Tool): string {
  const named = process.env.ETCDCTL_UNDER_TEST ?? '';
  if (named !== '') return join(dirname(resolve(named)), tool);
  return fileURLToPath(new URL(`../../bin/${tool}.js`, import.meta.url));
}
