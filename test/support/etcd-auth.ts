import { base64, type Gateway, type GatewayUser } from './gateway.ts';

export const ROOT: GatewayUser = { name: 'root', password: 'rootpw' };
/** May read and write keys that start with `app/`, and nothing else. */
export const ALICE: GatewayUser = { name: 'alice', password: 'alicepw' };

/** Adds root and alice, switches authentication on and logs the gateway in as root. */
export async function enableAuth(gateway: Gateway): Promise<void> {
  for (const user of [ROOT, ALICE]) await gateway.call('auth/user/add', user);
  for (const name of ['root', 'app']) await gateway.call('auth/role/add', { name });
  const perm = { permType: 'READWRITE', key: base64('app/'), range_end: base64('app0') };
  await gateway.call('auth/role/grant', { name: 'app', perm });
  await gateway.call('auth/user/grant', { user: ROOT.name, role: 'root' });
  await gateway.call('auth/user/grant', { user: ALICE.name, role: 'app' });
  await gateway.call('auth/enable');
  await gateway.login(ROOT);
}
