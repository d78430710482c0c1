import { describe, it } from 'vitest';
import { findReleases, type EtcdRelease } from './binaries.ts';

/**
 * A suite that runs once for each real etcd there is. Without any it is marked
 * skipped; why stands at the head of the run (see global-setup.ts).
 */
export function describeEtcd(name: string, body: (release: EtcdRelease) => void): void {
  const releases = findReleases();
  for (const release of releases) describe(`${name} ${release.version}`, () => body(release));
  if (releases.length === 0) {
    describe.skip(name, () => {
      it('needs a real etcd', () => undefined);
    });
  }
}
