// The doors between the rooms of src/ (see CONTRIBUTING.md). A room not named
// in `mayUse` for another room is shut to it; packages are shut unless listed.

/** Which rooms a room may import from, beside itself and `base`. */
const mayUse = {
  base: [],
  figures: [],
  wire: [],
  grpc: [],
  client: ['grpc', 'wire'],
  cli: ['client', 'wire', 'snapshot', 'grpc', 'embed'],
  bbolt: [],
  wal: ['wire'],
  snapshot: ['bbolt', 'wal', 'wire'],
  raft: [],
  backend: ['bbolt', 'figures'],
  mvcc: ['backend', 'figures', 'wire'],
  lease: ['backend', 'figures', 'wire'],
  auth: ['backend', 'wire'],
  member: ['auth', 'backend', 'bbolt', 'figures', 'lease', 'mvcc', 'raft', 'snapshot', 'wal', 'wire'],
  serve: ['figures', 'grpc', 'member', 'wire'],
  peer: ['figures', 'member', 'raft', 'wire'],
  pki: [],
  embed: ['auth', 'backend', 'client', 'grpc', 'member', 'mvcc', 'pki', 'raft', 'serve', 'wal', 'wire'],
  process: ['auth', 'backend', 'figures', 'grpc', 'member', 'peer', 'pki', 'serve', 'wire'],
  standalone: ['cli', 'grpc', 'process'],
  tour: ['embed'],
};

const roomRules = Object.entries(mayUse).map(([room, rooms]) => ({
  name: `door-${room}`,
  comment: `${room}/ may use only base${rooms.length ? `, ${rooms.join(', ')}` : ''}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, 'base', ...rooms].join('|')})/` },
}));

const onlyIn = (name, packages, rooms) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/` },
  to: { path: packages.map((p) => `node_modules/${p}/`) },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'base-imports-nothing',
      severity: 'error',
      from: { path: '^src/base/' },
      to: { path: 'node_modules|^src/', pathNot: '^src/base/' },
    },
    onlyIn('cli-packages', ['commander', 'chalk', 'cli-table3'], ['cli']),
    onlyIn('yaml-where-files-are-read', ['js-yaml'], ['cli', 'process']),
    onlyIn('etcd3-in-client', ['etcd3'], ['client', 'embed']),
    onlyIn('codec-runtime-in-wire', ['@bufbuild/protobuf'], ['wire']),
    onlyIn('passwords-and-tokens-in-auth', ['bcryptjs', 'jose'], ['auth']),
    onlyIn('certificates-in-pki', ['@peculiar/x509', 'reflect-metadata'], ['pki']),
    ...roomRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
};
