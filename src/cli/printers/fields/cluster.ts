import type { Member } from '../../../wire/index.ts';
import type { EndpointStatus, Printer, PrinterOptions } from '../printer.ts';
import { tookText } from '../rows.ts';
import { alarmTypeName } from '../text.ts';
import { type Page, printPage } from './page.ts';

type Methods = 'memberList' | 'endpointHealth' | 'endpointStatus' | 'endpointHashKv' | 'alarm';

export function clusterPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const print = printPage(options);
  return {
    memberList: ({ header, members }) =>
      print((page) => {
        page.header(header);
        for (const member of members) writeMember(page, member);
      }),
    endpointHealth: (list) =>
      print((page) => {
        for (const entry of list) {
          page.quoted('Endpoint', entry.endpoint);
          page.field('Health', entry.health);
          page.field('Took', tookText(entry));
          page.field('Error', entry.error);
          page.end();
        }
      }),
    endpointStatus: (list) =>
      print((page) => {
        for (const entry of list) writeStatus(page, entry);
      }),
    endpointHashKv: (list) =>
      print((page) => {
        for (const { endpoint, hashKv } of list) {
          page.header(hashKv.header);
          page.quoted('Endpoint', endpoint);
          page.field('Hash', hashKv.hash);
          page.field('HashRevision', hashKv.hash_revision);
          page.end();
        }
      }),
    alarm: ({ header, alarms }) =>
      print((page) => {
        page.header(header);
        for (const { memberID, alarm } of alarms) {
          page.id('MemberID', memberID);
          page.field('AlarmType', alarmTypeName(alarm));
          page.end();
        }
      }),
  };
}

function writeMember(page: Page, member: Member): void {
  page.id('ID', member.ID);
  page.quoted('Name', member.name);
  for (const url of member.peerURLs) page.quoted('PeerURL', url);
  for (const url of member.clientURLs) page.quoted('ClientURL', url);
  page.field('IsLearner', member.isLearner);
  page.end();
}

function writeStatus(page: Page, { endpoint, status }: EndpointStatus): void {
  page.header(status.header);
  page.quoted('Version', status.version);
  page.quoted('StorageVersion', status.storageVersion);
  page.field('DBSize', status.dbSize);
  page.field('DBSizeInUse', status.dbSizeInUse);
  page.field('DBSizeQuota', status.dbSizeQuota);
  page.field('Leader', status.leader);
  page.field('IsLearner', status.isLearner);
  page.field('RaftIndex', status.raftIndex);
  // The header has it too; etcdctl 3.7.1 prints it twice.
  page.field('RaftTerm', status.raftTerm);
  page.field('RaftAppliedIndex', status.raftAppliedIndex);
  page.field('Errors', `[${status.errors.join(' ')}]`);
  page.quoted('Endpoint', endpoint);
  page.quoted('DowngradeTargetVersion', status.downgradeInfo?.targetVersion ?? '');
  page.field('DowngradeEnabled', status.downgradeInfo?.enabled ?? false);
  page.end();
}
