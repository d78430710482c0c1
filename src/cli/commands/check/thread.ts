/** A thread of a load: runs the share it was given and tells the result. Started by threads.ts alone. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert, messageOf } from '../../../base/index.ts';
import { ClientError, openClient } from '../../../client/index.ts';
import { runShare, type Share } from './share.ts';
import type { FromThread, ToThread } from './threads.ts';

const tellEveryMs = 250;

async function run(
  share: Share,
  tell: (message: FromThread) => void,
  listen: (hear: (word: ToThread) => void) => void,
): Promise<void> {
  const stop = new AbortController();
  const abandon = new AbortController();
  listen((word) => (word === 'stop' ? stop : abandon).abort());
  let puts = 0;
  const timer = setInterval(() => {
    tell({ kind: 'answered', puts });
    puts = 0;
  }, tellEveryMs);
  try {
    const result = await runShare(share, {
      openClient,
      stop: stop.signal,
      abandon: abandon.signal,
      answered: () => {
        puts += 1;
      },
    });
    tell({ kind: 'result', result });
  } catch (error) {
    const details = error instanceof ClientError ? error.lines() : [];
    tell({ kind: 'failed', message: messageOf(error), details });
  } finally {
    clearInterval(timer);
  }
}

assert(parentPort !== null, 'a thread of the load was started as a program');
const port = parentPort;
const share: Share = workerData;
void run(
  share,
  (message) => port.postMessage(message),
  (hear) => port.on('message', hear),
).finally(() => port.close());
