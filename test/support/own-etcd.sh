#!/bin/sh
# The etcd of this project as an executable, from its source.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec node --import "$root/node_modules/tsx/dist/esm/index.mjs" "$root/src/process/etcd.ts" "$@"
