/** Begins the names of directories in which streams are put meanwhile. */
export const SPOOL_PREFIX = 'etcd-snapshot-';
