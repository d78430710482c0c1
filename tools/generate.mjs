// Generates the codecs in src/wire/gen from the .proto files in src/wire/proto.
// The result is committed; test/unit/wire/generated.test.ts regenerates it into
// a scratch folder (first argument) and compares.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

// An empty array of bytes is shared: a range has hundreds of thousands of messages, and making two
// arrays for each that are thrown away at once took as long as all the rest of its decoding.
const directory = resolve(root, out);
for (const name of readdirSync(directory, { recursive: true })) {
  const path = join(directory, name);
  if (!path.endsWith('.ts')) continue;
  const text = readFileSync(path, 'utf8');
  if (!text.includes('new Uint8Array(0)')) continue;
  const imports = text.lastIndexOf('\nexport const protobufPackage');
  const shared = text.replaceAll('new Uint8Array(0)', 'NO_BYTES');
  writeFileSync(path, `${shared.slice(0, imports)}\nconst NO_BYTES = new Uint8Array(0);\n${shared.slice(imports)}`);
}
