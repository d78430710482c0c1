/**
 * bench/: whole processes beside their peers, in one run: ratios count, since
 * machines differ. `npm run bench` prints every section and keeps it in
 * BENCHMARKS.md; names as arguments (client, standalone, bulk, offline, embed,
 * process, rooms) choose some, and keep nothing. Nothing here passes or fails.
 */
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { type EtcdRelease, findReleases } from '../support/binaries.ts';
import { bulkBench } from './bulk.ts';
import { embedBench } from './embed.ts';
import { offlineBench } from './offline.ts';
import { processBench } from './process.ts';
import { Report } from './report.ts';
import { roomsBench } from './rooms.ts';
import { clientBench, standaloneBench } from './start-up.ts';

const sections: Readonly<Record<string, (report: Report, release: EtcdRelease) => Promise<void> | void>> = {
  client: clientBench,
  standalone: standaloneBench,
  bulk: bulkBench,
  offline: offlineBench,
  embed: embedBench,
  process: processBench,
  rooms: roomsBench,
};

const lines: string[] = [];
const report = new Report((line) => {
  console.log(line);
  lines.push(line);
});
const release = findReleases().at(-1);
const gib = Math.round(totalmem() / 2 ** 30);
report.note(`${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}`);
if (release === undefined) {
  report.note('No real etcd on PATH (nor in ETCD_BIN_35): there is nothing to measure against.');
} else {
  const wanted = process.argv.slice(2);
  for (const [name, bench] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const beganMs = performance.now();
    await bench(report, release);
    console.log(`\n(${name}: ${((performance.now() - beganMs) / 1000).toFixed(0)} s)`);
  }
  if (wanted.length === 0) keep();
}

/** The tables are set in columns, which Markdown keeps in a block of text. */
function keep(): void {
  const head = `# What was measured\n\nMade by \`npm run bench\`, ${new Date().toISOString().slice(0, 10)}. Ratios count, since machines differ.\n`;
  const body = lines.map((line) => line.replace(/^\n?## (.*)\n?$/, '```\n\n## $1\n\n```').trimEnd());
  writeFileSync('BENCHMARKS.md', `${head}\n\`\`\`\n${body.join('\n')}\n\`\`\`\n`);
}
