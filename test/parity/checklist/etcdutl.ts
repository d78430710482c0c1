/** Part F: commands and flags of etcdutl. */
export const ETCDUTL = [
  '--write-out (-w) global string simple',
  '--timeout global duration 10s',
  '--help (-h) global',
  'snapshot status — command',
  'snapshot restore — command',
  'snapshot restore --data-dir',
  'snapshot restore --wal-dir',
  'snapshot restore --initial-cluster',
  'snapshot restore --initial-cluster-token',
  'snapshot restore --initial-advertise-peer-urls',
  'snapshot restore --name',
  'snapshot restore --skip-hash-check',
  'snapshot restore --initial-memory-map-size',
  'snapshot restore --bump-revision',
  'snapshot restore --mark-compacted',
  'defrag — command',
  'defrag --data-dir (required)',
  'hashkv — command',
  'hashkv --rev',
  'migrate — command',
  'migrate --data-dir (required)',
  'migrate --target-version (required)',
  'migrate --force',
  'version — command',
  'completion — command',
  'help — command',
  'snapshot — parent',
] as const;

/** Part H: commands of etcdutl that print in every format. */
export const ETCDUTL_IN_FORMATS = ['snapshot status', 'hashkv'] as const;
