// Generates the codecs in src/wire/gen from the .proto files in src/wire/proto.
// The result is committed; test/unit/wire/generated.test.ts regenerates it into
// a scratch folder (first argument) and compares.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? 'src/wire/gen';
const template = {
  version: 'v2',
  plugins: [
    {
      local: ['node', 'node_modules/ts-proto/protoc-gen-ts_proto'],
      out,
      opt: [
        'forceLong=bigint', // ids and revisions exceed 2^53
        'enumsAsLiterals=true', // plain objects: the source must stay erasable
        'unrecognizedEnum=false',
        'snakeToCamel=false', // the wire names are the names users know from JSON output
        'outputJsonMethods=false',
        'outputPartialMethods=true',
        'outputServices=none',
        'useExactTypes=false',
        'esModuleInterop=true',
        'importSuffix=.ts',
        'removeEnumPrefix=true',
      ],
    },
  ],
  inputs: [{ directory: 'src/wire/proto' }],
};

execFileSync(
  process.execPath,
  ['node_modules/@bufbuild/buf/bin/buf', 'generate', '--template', JSON.stringify(template)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
