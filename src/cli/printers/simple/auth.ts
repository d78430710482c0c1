import type { Printer, PrinterOptions } from '../printer.ts';
import { printTo } from '../sink.ts';
import { writeRole, writeRevokedPermission } from './role.ts';

type Methods = 'authStatus' | Extract<keyof Printer, `user${string}` | `role${string}`>;

export function authPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printTo(options.out);
  const say = (text: string): void => options.out.write(`${text}\n`);
  const sayEach = (names: readonly string[]): void => {
    if (names.length > 0) say(names.join('\n'));
  };
  return {
    authStatus({ enabled, authRevision }) {
      say(`Authentication Status: ${enabled}`);
      say(`AuthRevision: ${authRevision}`);
    },
    userAdd: (user) => say(`User ${user} created`),
    userGet(user, { roles }) {
      say(`User: ${user}`);
      say(['Roles:', ...roles].join(' '));
    },
    userList: ({ users }) => sayEach(users),
    userDelete: (user) => say(`User ${user} deleted`),
    userChangePassword: () => say('Password updated'),
    userGrantRole: (user, role) => say(`Role ${role} is granted to user ${user}`),
    userRevokeRole: (user, role) => say(`Role ${role} is revoked from user ${user}`),
    roleAdd: (role) => say(`Role ${role} created`),
    roleGet: (role, { perm }) => print((sink) => writeRole(sink, role, perm)),
    roleList: ({ roles }) => sayEach(roles),
    roleDelete: (role) => say(`Role ${role} deleted`),
    roleGrantPermission: (role) => say(`Role ${role} updated`),
    roleRevokePermission: (role, key, rangeEnd) => print((sink) => writeRevokedPermission(sink, role, key, rangeEnd)),
  };
}
