/**
 * tour/: what `npm start` runs: etcdctl's everyday commands, each with its
 * output, on a real etcd that it starts from PATH and stops at the end. It uses
 * the built command line as anyone would, as a child process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findEtcd, startEtcd } from './etcd.ts';
import { runStep } from './run-step.ts';
import { offlineSteps, onlineSteps } from './steps.ts';

const etcdctl = fileURLToPath(new URL('../bin/etcdctl.js', import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const howToGetEtcd = `No etcd server was found on PATH, so the tour ends here. To see the rest:
  Debian, Ubuntu:  apt-get install etcd-server
  elsewhere:       put the etcd binary of a release on PATH
then run \`npm start\` again.`;

async function tour(): Promise<number> {
  let failures = 0;
  const run = async (steps: typeof onlineSteps, env: Readonly<Record<string, string>>): Promise<void> => {
    for (const step of steps) failures += (await runStep(etcdctl, step, env, say)) ? 0 : 1;
  };
  await run(offlineSteps, {});
  const version = findEtcd();
  if (version === undefined) {
    say(howToGetEtcd);
    return failures === 0 ? 0 : 1;
  }
  const directory = mkdtempSync(join(tmpdir(), 'etcdctl-tour-'));
  const server = await startEtcd(directory);
  try {
    say(`# etcd ${version} is listening on ${server.endpoint}\n`);
    await run(onlineSteps, { ETCDCTL_ENDPOINTS: server.endpoint, TOUR: directory });
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  say(failures === 0 ? '# The tour is over; every command did what it should.' : `# ${failures} commands failed.`);
  return failures === 0 ? 0 : 1;
}

process.exitCode = await tour();
