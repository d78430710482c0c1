/**
 * Checks URLs as etcd does where members are configured: a scheme it knows,
 * host and port, no path. Surrounding blanks are trimmed.
 * @throws {Error} with etcd's words, e.g. `URL scheme must be http, https, unix, or unixs: abc`
 */
export function checkUrls(texts: readonly string[]): string[] {
  if (texts.length === 0) throw new Error('no valid URLs given');
  return texts.map(checkUrl);
}

function checkUrl(text: string): string {
  const url = text.trim();
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  const kind = scheme.toLowerCase();
  if (kind === 'unix' || kind === 'unixs') return url;
  if (kind !== 'http' && kind !== 'https') throw new Error(`URL scheme must be http, https, unix, or unixs: ${url}`);
  const [, authority = '', path = ''] = /^\/\/([^/?#]*)([^?#]*)/.exec(rest) ?? [];
  if (!hasPort(authority)) throw new Error(`URL address does not have the form "host:port": ${url}`);
  if (path !== '') throw new Error(`URL must not contain a path: ${url}`);
  return url;
}

/** `host:port` or `[v6]:port`; the port may be empty, as Go's net.SplitHostPort allows. */
const hasPort = (authority: string): boolean => /^(?:[^@]*@)?(?:\[[^\]]*\]|[^:[\]]*):\d*$/.test(authority);
