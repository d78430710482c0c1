import type { AlarmMember } from '../../../wire/index.ts';
import type { EndpointHealth, Printer, PrinterOptions } from '../printer.ts';
import { hashKvRows, type Rows, statusRows, tookText } from '../rows.ts';
import { alarmTypeName, hex } from '../text.ts';

type Methods =
  | 'endpointHealth'
  | 'endpointStatus'
  | 'endpointHashKv'
  | 'moveLeader'
  | 'alarm'
  | 'downgradeValidate'
  | 'downgradeEnable'
  | 'downgradeCancel';

export function clusterPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const say = (text: string): void => options.out.write(`${text}\n`);
  const sayRows = ({ rows }: Rows): void => rows.forEach((row) => say(row.join(', ')));
  return {
    endpointHealth: (list) => list.forEach((entry) => sayHealth(entry, options)),
    endpointStatus: (list) => sayRows(statusRows(list)),
    endpointHashKv: (list) => sayRows(hashKvRows(list)),
    moveLeader: (leader, target) => say(`Leadership transferred from ${hex(leader)} to ${hex(target)}`),
    alarm: ({ alarms }) => alarms.forEach((alarm) => say(alarmText(alarm))),
    downgradeValidate: ({ version }) => say(`Downgrade validate success, cluster version ${version}`),
    downgradeEnable: ({ version }) => say(`Downgrade enable success, cluster version ${version}`),
    downgradeCancel: ({ version }) => say(`Downgrade cancel success, cluster version ${version}`),
  };
}

function sayHealth(entry: EndpointHealth, { out, err, paint }: PrinterOptions): void {
  const { endpoint, error } = entry;
  // The line is coloured as one: whoever looks for `is healthy` in the output of a terminal finds it.
  if (error === '') {
    const line = `${endpoint} is healthy: successfully committed proposal: took = ${tookText(entry)}`;
    out.write(`${paint?.out.good(line) ?? line}\n`);
  } else {
    const line = `${endpoint} is unhealthy: failed to commit proposal: ${error}`;
    err.write(`${paint?.err.bad(line) ?? line}\n`);
  }
}

/** Protobuf's text form with one space between; Go's own varies the spaces from build to build. */
function alarmText({ memberID, alarm }: AlarmMember): string {
  const fields = [];
  if (memberID !== 0n) fields.push(`memberID:${memberID}`);
  if (alarm !== 0) fields.push(`alarm:${alarmTypeName(alarm)}`);
  return fields.join(' ');
}
