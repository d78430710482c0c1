import { addRole, addUser, type AuthWorld, bytes, enabledWorld, permission } from './auth-world.ts';

/**
 * Authentication is on. reader reads r/…, writer writes w/…, both does both to b/…; lease 1 holds a key of w/, lease 2
 * one of r/, lease 3 one of each, lease 4 none, lease 5 is unknown.
 */
export function policyWorld(): AuthWorld {
  const made = enabledWorld();
  addRole(made, 'reader', permission('READ', 'r/', 'r0'), permission('READWRITE', 'b/', 'b0'));
  addRole(made, 'writer', permission('WRITE', 'w/', 'w0'), permission('READWRITE', 'b/', 'b0'));
  addUser(made, 'alice', 'reader', 'writer');
  addUser(made, 'none');
  const keys = { 1: ['w/1'], 2: ['r/1'], 3: ['w/1', 'r/1'], 4: [] };
  for (const [id, held] of Object.entries(keys)) made.leases.set(BigInt(id), held.map(bytes));
  return made;
}
