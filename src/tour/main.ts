/**
 * tour/: what `npm start` runs: the everyday commands, each with its output, on a cluster of three members with TLS
 * that lives in this process. The command line is the built one, as a child process, as anyone would use it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Cluster, startMember } from '../embed/index.ts';
import { startTourCluster } from './cluster.ts';
import { runStep, type TourContext } from './run-step.ts';
import { offlineSteps, onlineSteps, recoverySteps, restoredSteps, type Step, survivalSteps } from './steps.ts';

const bin = fileURLToPath(new URL('../bin', import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);
let failures = 0;

async function run(steps: readonly Step[], context: TourContext): Promise<void> {
  for (const step of steps) failures += (await runStep(context, step)) ? 0 : 1;
}

/** Kills the leader, shows that the others go on, and brings it back. */
async function loseLeader(cluster: Cluster, context: TourContext): Promise<void> {
  const lost = await cluster.waitForLeader();
  await lost.kill();
  say(`# ${lost.name}, which led, is killed as by kill -9`);
  const next = await cluster.waitForLeader();
  say(`# ${next.name} leads now\n`);
  await run(survivalSteps, context);
  await lost.restart();
  say(`# ${lost.name} is started again\n`);
  const follower = cluster.members.find((member) => member !== cluster.leader);
  const words = {
    RETURNED: lost.clientUrl ?? '',
    LEADER: cluster.leader?.clientUrl ?? '',
    FOLLOWER: follower?.id.toString(16) ?? '',
  };
  await run(recoverySteps, { ...context, words });
}

async function tour(directory: string): Promise<void> {
  const words = { TOUR: directory };
  await run(offlineSteps, { bin, env: {}, words, say });
  const { cluster, env } = await startTourCluster(directory);
  try {
    say(`# ${cluster.members.length} members answer at ${cluster.endpoints.join(', ')}: with TLS, in this process\n`);
    const leader = await cluster.waitForLeader();
    const context: TourContext = { bin, env, words: { ...words, LEADER: leader.clientUrl ?? '' }, say };
    await run(onlineSteps, context);
    await loseLeader(cluster, context);
  } finally {
    await cluster.stop();
  }
  const restored = await startMember({ storage: 'disk', dataDir: join(directory, 'restored') });
  try {
    await run(restoredSteps, { bin, env: { ETCDCTL_ENDPOINTS: restored.endpoints.join(',') }, words, say });
  } finally {
    await restored.stop();
  }
}

const directory = mkdtempSync(join(tmpdir(), 'etcdctl-tour-'));
try {
  await tour(directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
say(failures === 0 ? '# The tour is over; every command did what it should.' : `# ${failures} commands failed.`);
process.exitCode = failures === 0 ? 0 : 1;
