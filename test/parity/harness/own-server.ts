/**
 * With ETCD_PARITY_SERVER our tool, or the one in its place, talks to another server than etcd's: `own` is this
 * project's, anything else the path of an executable that takes etcd's flags. The peer keeps etcd's server, so that
 * both pairs are compared at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SERVER_VERSION } from '../../../src/member/versions.ts';
import type { EtcdRelease } from '../../support/binaries.ts';
import type { View } from './view.ts';

const OTHER_SERVER = process.env.ETCD_PARITY_SERVER;
const OWN_SERVER = fileURLToPath(new URL('../../support/own-etcd.sh', import.meta.url));

export const hasOtherServer = OTHER_SERVER !== undefined;

/** The release with our server in place of its own, if that is asked for. */
export function withOtherServer(release: EtcdRelease): EtcdRelease {
  if (OTHER_SERVER === undefined) return release;
  return { ...release, etcd: OTHER_SERVER === 'own' ? OWN_SERVER : OTHER_SERVER };
}

/** Ours says that it is of the release it is compared with, as servers of that release do. */
export function otherServerFlags({ series }: EtcdRelease): readonly string[] {
  return OTHER_SERVER === 'own' && !SERVER_VERSION.startsWith(`${series}.`) ? [`--emulated-version=${series}`] : [];
}

/** Members that have only just met refuse to be changed; a server that starts slowly must not be compared before. */
const ACQUAINTANCE_MS = 5000;

export async function untilAcquainted(members: number): Promise<void> {
  if (OTHER_SERVER !== undefined && members > 1) await sleep(ACQUAINTANCE_MS);
}

/** What differs between servers that are right: their patch version, and the spaces that Go strews into texts of messages. */
export function asAnyServer(view: View, { version }: EtcdRelease): View {
  if (OTHER_SERVER === undefined) return view;
  const apply = (text: string): string =>
    text.replaceAll(version, SERVER_VERSION).replaceAll(/(memberID:\d+) +(?=alarm:)/g, '$1 ');
  return { ...view, stdout: apply(view.stdout), messages: view.messages.map(apply), after: apply(view.after) };
}
