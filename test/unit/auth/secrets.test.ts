import { describe, expect, it } from 'vitest';
import { enabledWorld, newUser } from './auth-world.ts';

const PASSWORD = 'p4ssw0rd-p4ssw0rd';

/** All that an error tells, its causes included. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), told(error.cause)].join('\n');
}

const failure = async (attempt: () => unknown): Promise<string> => {
  try {
    await attempt();
  } catch (error) {
    return told(error);
  }
  throw new Error('this was to fail');
};

describe('secrets', () => {
  it('are in no log line and in no error', async () => {
    const { auth, logged, clock } = enabledWorld();
    const request = { ...newUser('alice'), password: PASSWORD, hashedPassword: '' };
    const proposed = await auth.prepareUserAdd(request);
    const hash = proposed.hashedPassword;
    const stored = Buffer.from(hash, 'base64').toString();
    auth.users.add(proposed);
    const token = await auth.authenticate('alice', 'aSecretTokenTell', 12n)();
    const failures = [
      await failure(() => auth.users.add(proposed)),
      await failure(() => auth.users.add({ ...request, name: 'bob', password: PASSWORD.repeat(9) })),
      await failure(() => auth.users.add({ ...proposed, name: 'bob', hashedPassword: `-${hash}` })),
      await failure(() => auth.users.changePassword({ ...proposed, name: 'nobody' })),
      await failure(async () => await auth.prepareUserAdd({ ...request, password: PASSWORD.repeat(9) })),
      await failure(async () => await auth.checkPassword('alice', `${PASSWORD}x`)),
      await failure(async () => await auth.checkPassword('nobody', PASSWORD)),
      await failure(() => auth.authenticate('alice', 'aSecretTokenTell', 12n)),
    ];
    clock.advance(300_001);
    failures.push(await failure(async () => await auth.identify({ token })));
    failures.push(await failure(() => auth.identifyAgain({ token: `${token}x` })));
    await auth.checkPassword('alice', PASSWORD);
    auth.users.delete('alice');
    auth.disable();

    const text = [...failures, ...logged.map((event) => JSON.stringify(event))].join('\n');
    expect(logged.length).toBeGreaterThanOrEqual(4);
    for (const secret of [PASSWORD, hash, stored, 'aSecretTokenTell', token]) expect(text).not.toContain(secret);
    // Of a token only a fingerprint, so that lines about the same one can be put together.
    expect(text).toMatch(/"token-fingerprint":"[0-9a-f]{12}"/);
  });
});
