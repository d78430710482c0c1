import { describe, expect, it } from 'vitest';
import {
  createPrinter,
  type Format,
  formats,
  openFormat,
  type PrinterMethod,
} from '../../../src/cli/printers/index.ts';
import { PutResponse } from '../../../src/wire/gen/rpc/kv.ts';

const nowhere = { write: () => undefined };

const keyValue: PrinterMethod[] = ['get', 'put', 'del', 'txn', 'watch'];
const leases: PrinterMethod[] = ['leaseGrant', 'leaseTimeToLive', 'leaseList', 'leaseKeepAlive'];
const memberChanges: PrinterMethod[] = ['memberAdd', 'memberRemove', 'memberUpdate', 'memberPromote'];
const endpoints: PrinterMethod[] = ['endpointHealth', 'endpointStatus', 'endpointHashKv'];
const files: PrinterMethod[] = [
  'snapshotStatus',
  'snapshotVerify',
  'snapshotDiff',
  'snapshotList',
  'snapshotUsage',
  'offlineHashKv',
];
const transitions: PrinterMethod[] = ['moveLeader', 'downgradeValidate', 'downgradeEnable', 'downgradeCancel'];
const lookUps: PrinterMethod[] = ['authStatus', 'userList', 'userGet'];
const authChanges: PrinterMethod[] = [
  'userAdd',
  'userDelete',
  'userChangePassword',
  'userGrantRole',
  'userRevokeRole',
  'roleAdd',
  'roleGet',
  'roleList',
  'roleDelete',
  'roleGrantPermission',
  'roleRevokePermission',
];

/** Methods and the formats that do not print them. */
const matrix: readonly [readonly PrinterMethod[], readonly Format[]][] = [
  [keyValue, ['table']],
  [leases, ['table']],
  [['leaseRevoke'], ['table', 'protobuf']],
  [['memberList'], []],
  [memberChanges, ['fields', 'table']],
  [endpoints, ['protobuf']],
  [files, ['protobuf']],
  [['alarm'], ['table']],
  [transitions, ['fields', 'table']],
  [lookUps, ['fields', 'table']],
  [authChanges, ['table']],
];

describe('openFormat', () => {
  for (const format of formats) {
    it(`${format} supports what etcdctl prints in it`, async () => {
      const { supports } = await openFormat(format, { out: nowhere, err: nowhere, hex: false, columns: undefined });
      for (const [methods, refusing] of matrix) {
        for (const method of methods) expect(supports(method), method).toBe(!refusing.includes(format));
      }
    });

    it(`${format} has every method, supported or refusing`, async () => {
      const { printer } = await openFormat(format, { out: nowhere, err: nowhere, hex: false, columns: undefined });
      const all = matrix.flatMap(([methods]) => methods);
      expect(Object.keys(printer).toSorted()).toEqual(all.toSorted());
    });
  }

  for (const format of ['', 'JSON', 'xml', 'toString']) {
    it(`knows no format "${format}"`, async () => {
      await expect(
        openFormat(format, { out: nowhere, err: nowhere, hex: false, columns: undefined }),
      ).rejects.toMatchObject({ message: 'unsupported output format', exitCode: 4 });
    });
  }
});

interface Captured {
  text: string;
}

function fakeOutput(isTty: boolean, columns?: number): Captured & Parameters<typeof createPrinter>[0]['stdout'] {
  return {
    isTty,
    columns,
    text: '',
    write(chunk) {
      this.text += String(chunk);
    },
  };
}

const health = (printer: Awaited<ReturnType<typeof createPrinter>>): void =>
  printer.endpointHealth([
    { endpoint: 'a', health: true, tookNs: 1n, error: '' },
    { endpoint: 'b', health: false, tookNs: 1n, error: 'down' },
  ]);

describe('createPrinter', () => {
  it('prints to stdout', async () => {
    const io = { stdout: fakeOutput(false), stderr: fakeOutput(false), env: {} };
    const printer = await createPrinter(io, { format: 'simple', hex: false }, ['put']);
    printer.put(PutResponse.fromPartial({}));
    expect(io.stdout.text).toBe('OK\n');
  });

  it('refuses a format that cannot print one of the responses to come', async () => {
    const io = { stdout: fakeOutput(false), stderr: fakeOutput(false), env: {} };
    await expect(createPrinter(io, { format: 'table', hex: false }, ['memberList', 'get'])).rejects.toMatchObject({
      message: 'table not supported as output format',
      exitCode: 4,
    });
    await expect(createPrinter(io, { format: 'protobuf', hex: false }, ['leaseRevoke'])).rejects.toMatchObject({
      message: 'protobuf not supported as output format',
      exitCode: 4,
    });
    expect(io.stdout.text).toBe('');
  });

  it('gives commands that print nothing any format', async () => {
    const io = { stdout: fakeOutput(false), stderr: fakeOutput(false), env: {} };
    await expect(createPrinter(io, { format: 'table', hex: false }, [])).resolves.toBeDefined();
  });

  it('colours each stream as it is', async () => {
    const io = { stdout: fakeOutput(true), stderr: fakeOutput(false), env: {} };
    health(await createPrinter(io, { format: 'simple', hex: false }, ['endpointHealth']));
    expect(io.stdout.text).toBe('\u001b[32ma is healthy: successfully committed proposal: took = 1ns\u001b[39m\n');
    expect(io.stderr.text).toBe('b is unhealthy: failed to commit proposal: down\n');
  });

  it('colours nothing with NO_COLOR', async () => {
    const io = { stdout: fakeOutput(true), stderr: fakeOutput(true), env: { NO_COLOR: '1' } };
    health(await createPrinter(io, { format: 'simple', hex: false }, ['endpointHealth']));
    expect(io.stdout.text + io.stderr.text).not.toContain('\u001b');
  });

  it('fits tables to the terminal', async () => {
    const io = { stdout: fakeOutput(true, 30), stderr: fakeOutput(true), env: {} };
    health(await createPrinter(io, { format: 'table', hex: false }, ['endpointHealth']));
    for (const line of io.stdout.text.split('\n')) expect(line.length).toBeLessThanOrEqual(30);
  });
});
