import { quote } from '../../../base/index.ts';
import type { ResponseHeader } from '../../../wire/index.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { permissionTypeName } from '../text.ts';
import { printPage } from './page.ts';

type Methods =
  | 'userAdd'
  | 'userDelete'
  | 'userChangePassword'
  | 'userGrantRole'
  | 'userRevokeRole'
  | Extract<keyof Printer, `role${string}`>;

interface Headed {
  readonly header: ResponseHeader | undefined;
}

/** etcdctl prints no fields for `user get`, `user list` and `auth status`. */
export function authPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printPage(options);
  const printHeader = ({ header }: Headed): void => print((page) => page.header(header));
  const afterName = (_name: string, response: Headed): void => printHeader(response);
  const afterNames = (_user: string, _role: string, response: Headed): void => printHeader(response);
  return {
    userAdd: afterName,
    userDelete: afterName,
    userChangePassword: printHeader,
    userGrantRole: afterNames,
    userRevokeRole: afterNames,
    roleAdd: afterName,
    roleDelete: afterName,
    roleGrantPermission: afterName,
    roleRevokePermission: (_role, _key, _rangeEnd, response) => printHeader(response),
    roleGet: (_role, { header, perm }) =>
      print((page) => {
        page.header(header);
        for (const { permType, key, range_end: rangeEnd } of perm) {
          // Two spaces after the colon, which is how etcdctl prints this line.
          page.field('PermType', ` ${permissionTypeName(permType)}`);
          page.quoted('Key', key);
          page.quoted('RangeEnd', rangeEnd);
        }
      }),
    roleList: ({ header, roles }) =>
      print((page) => {
        page.header(header);
        page.list(
          'Roles',
          roles.map((role) => quote(role)),
        );
      }),
  };
}
