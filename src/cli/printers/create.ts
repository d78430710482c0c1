import { badFeature } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Settings } from '../settings.ts';
import { wantsColor } from '../wants-color.ts';
import type { Paint, Printer, PrinterFactory, PrinterMethod, PrinterOptions } from './printer.ts';

/** A format, ready to print. */
export interface FormatPrinter {
  /** Methods that the format does not support throw CliError, exit code 4. */
  readonly printer: Printer;
  readonly supports: (method: PrinterMethod) => boolean;
}

/**
 * The printer for a command.
 * @param wanted what the command will print
 * @throws {CliError} exit code 4, if the format cannot print one of `wanted`
 */
export async function createPrinter(
  io: Pick<Io, 'stdout' | 'stderr' | 'env'>,
  settings: Pick<Settings, 'format' | 'hex'>,
  wanted: readonly PrinterMethod[],
): Promise<Printer> {
  const { printer, supports } = await openFormat(settings.format, {
    out: io.stdout,
    err: io.stderr,
    hex: settings.hex,
    // To ask what stdout is takes a millisecond, and tables alone want to know.
    get columns(): number | undefined {
      return io.stdout.columns;
    },
    // Nothing else is coloured, and chalk need not be loaded for it.
    ...(wanted.includes('endpointHealth') && isColoured(io) && { paint: await paintFor(io) }),
  });
  if (!wanted.every(supports)) throw unsupported(settings.format);
  return printer;
}

/**
 * A format by its name.
 * @throws {CliError} `unsupported output format`, exit code 4
 */
export async function openFormat(format: string, options: PrinterOptions): Promise<FormatPrinter> {
  const own = (await load(format))(options);
  const refuse = (): never => {
    throw unsupported(format);
  };
  return { printer: { ...refusingPrinter(refuse), ...own }, supports: (method) => method in own };
}

async function load(format: string): Promise<PrinterFactory> {
  switch (format) {
    case 'simple':
      return (await import('./simple/index.ts')).simplePrinter;
    case 'json':
      return (await import('./json/index.ts')).jsonPrinter;
    case 'fields':
      return (await import('./fields/index.ts')).fieldsPrinter;
    case 'table':
      return (await import('./table/index.ts')).tablePrinter;
    case 'protobuf':
      return (await import('./protobuf.ts')).protobufPrinter;
    case 'yaml':
      return (await import('./yaml.ts')).yamlPrinter;
    default:
      throw badFeature('unsupported output format');
  }
}

const unsupported = (format: string): Error => badFeature(`${format} not supported as output format`);

const isColoured = ({ stdout, stderr, env }: Pick<Io, 'stdout' | 'stderr' | 'env'>): boolean =>
  wantsColor(stdout, env) || wantsColor(stderr, env);

async function paintFor(io: Pick<Io, 'stdout' | 'stderr' | 'env'>): Promise<{ out: Paint; err: Paint }> {
  const { styles } = await import('../colors.ts');
  return { out: styles(io.stdout, io.env), err: styles(io.stderr, io.env) };
}

/** Every method refuses; a format puts its own in their place. */
function refusingPrinter(refuse: () => never): Printer {
  return {
    get: refuse,
    put: refuse,
    del: refuse,
    txn: refuse,
    watch: refuse,
    leaseGrant: refuse,
    leaseRevoke: refuse,
    leaseTimeToLive: refuse,
    leaseList: refuse,
    leaseKeepAlive: refuse,
    memberAdd: refuse,
    memberRemove: refuse,
    memberUpdate: refuse,
    memberPromote: refuse,
    memberList: refuse,
    endpointHealth: refuse,
    endpointStatus: refuse,
    endpointHashKv: refuse,
    moveLeader: refuse,
    alarm: refuse,
    downgradeValidate: refuse,
    downgradeEnable: refuse,
    downgradeCancel: refuse,
    snapshotStatus: refuse,
    snapshotVerify: refuse,
    snapshotDiff: refuse,
    snapshotList: refuse,
    snapshotUsage: refuse,
    offlineHashKv: refuse,
    authStatus: refuse,
    userAdd: refuse,
    userGet: refuse,
    userList: refuse,
    userDelete: refuse,
    userChangePassword: refuse,
    userGrantRole: refuse,
    userRevokeRole: refuse,
    roleAdd: refuse,
    roleGet: refuse,
    roleList: refuse,
    roleDelete: refuse,
    roleGrantPermission: refuse,
    roleRevokePermission: refuse,
  };
}
