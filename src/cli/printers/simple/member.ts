import { quote, rawTextBytes } from '../../../base/index.ts';
import type { MemberAddResponse, ResponseHeader } from '../../../wire/index.ts';
import type { Printer, PrinterOptions } from '../printer.ts';
import { memberRows } from '../rows.ts';
import { hex } from '../text.ts';

type Methods = 'memberAdd' | 'memberRemove' | 'memberUpdate' | 'memberPromote' | 'memberList';

export function memberPrinter(options: PrinterOptions): Pick<Printer, Methods> {
  const say = (text: string): void => options.out.write(`${text}\n`);
  return {
    memberAdd(response, name, peerUrls) {
      const how = response.member?.isLearner === true ? ' as learner' : '';
      say(`Member ${wide(response.member?.ID)} added${how} to cluster ${wide(response.header?.cluster_id)}`);
      say(startSettings(response, name, peerUrls));
    },
    memberRemove: (id, { header }) => say(`Member ${wide(id)} removed from ${clusterOf(header)}`),
    memberUpdate: (id, { header }) => say(`Member ${wide(id)} updated in ${clusterOf(header)}`),
    memberPromote: (id, { header }) => say(`Member ${wide(id)} promoted in ${clusterOf(header)}`),
    memberList(response) {
      const { rows } = memberRows(response);
      if (rows.length > 0) say(rows.map((row) => row.join(', ')).join('\n'));
    },
  };
}

/** IDs in these sentences stand right-aligned in sixteen places. */
const wide = (id = 0n): string => hex(id).padStart(16);

const clusterOf = (header: ResponseHeader | undefined): string => `cluster ${wide(header?.cluster_id)}`;

/** The variables with which the new member has to be started. */
function startSettings({ member, members }: MemberAddResponse, name: string, peerUrls: string | undefined): string {
  const cluster = members.flatMap(({ ID, name: known, peerURLs }) =>
    peerURLs.map((url) => `${ID === member?.ID ? name : known}=${url}`),
  );
  return [
    '',
    `ETCD_NAME=${quoteTyped(name)}`,
    `ETCD_INITIAL_CLUSTER=${quoteTyped(cluster.join(','))}`,
    `ETCD_INITIAL_ADVERTISE_PEER_URLS=${quoteTyped(peerUrls ?? member?.peerURLs.join(',') ?? '')}`,
    'ETCD_INITIAL_CLUSTER_STATE="existing"',
  ].join('\n');
}

/** What was typed may hold bytes that are no text. */
const quoteTyped = (typed: string): string => quote(rawTextBytes(typed));
