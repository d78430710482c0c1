/** Small commands that cases find beside the tool. */

/** Prints the revision of the store. */
const REVISION = `#!/bin/sh
etcdctl get revision -w json | sed 's/.*"revision":\\([0-9]*\\).*/\\1/'
`;

/** Runs the command after the two dashes, in this container so to speak. */
const KUBECTL = `#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;

/** Runs a command in the background until the case is over, apart from the descriptors of the script around it. */
const HOLD = `#!/bin/sh
"$@" </dev/null >/dev/null 2>&1 3>&- 4>&- 5<&- &
echo $! >>.pids
`;

/** Runs a member that was added under the name in $1; its socket and data are beside the others'. */
const LEARNER = `#!/bin/sh
cd "$CLUSTER" && exec "$ETCD" --name "$1" --data-dir "$(mktemp -d -p .)" --initial-cluster-state existing \\
  --listen-peer-urls "unix://$1:1" --initial-advertise-peer-urls "unix://$1:1" \\
  --initial-cluster "m1=unix://m1:1,$1=unix://$1:1" --listen-client-urls unix://client-$1:1 --advertise-client-urls http://127.0.0.1:1 \\
  --log-level error >"$1.log" 2>&1
`;

/** On PATH of the tested line. */
export const LINE_SCRIPTS = { kubectl: KUBECTL, sudo: '#!/bin/sh\nexec env "$@"\n' };

/** On PATH of setup, steps and after. */
export const SETUP_SCRIPTS = { revision: REVISION, hold: HOLD, learner: LEARNER };
