/** The size of the table that everyone begins with; neither side announces another. */
export const TABLE_BYTES = 4096;
/** What an entry counts beside its bytes. */
export const ENTRY_OVERHEAD_BYTES = 32;

/** RFC 7541, appendix A: name and value of the entries 1 to 61. */
export const STATIC_TABLE: ReadonlyArray<readonly [name: string, value: string]> = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...onlyNames(
    'accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control',
    'content-disposition content-encoding content-language content-length content-location content-range content-type',
    'cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since',
    'last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after',
    'server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate',
  ),
];

function onlyNames(...lines: readonly string[]): Array<readonly [name: string, value: string]> {
  return lines.flatMap((line) => line.split(' ')).map((name) => [name, ''] as const);
}

export const STATIC_TABLE_ENTRIES = 61;
