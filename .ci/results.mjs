// What .ci/run asks of the results that vitest wrote as JSON.
//   node .ci/results.mjs failed FILE      the test files in which a test failed, a line each
//   node .ci/results.mjs count FILE...    what has to be looked at, and last of all the counts; exit code 1 if anything failed
// A file of results may have another beside it, FILE.again: of the failed files, run once more by themselves.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const failedFiles = ({ testResults }) =>
  testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name));
const failedTests = ({ testResults }) =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${relative('.', name)}: ${fullName}`),
  );
/** A file that could not even be loaded has failed without a failed test. */
const failures = (results) =>
  results.numFailedTests || (results.success ? 0 : Math.max(1, results.numFailedTestSuites));

function count(paths) {
  const sum = { passed: 0, failed: 0, skipped: 0, again: 0 };
  for (const path of paths) {
    if (!existsSync(path)) {
      console.log(`no results in ${path}: the checks or the build failed, before any test`);
      sum.failed += 1;
      continue;
    }
    const first = read(path);
    sum.passed += first.numPassedTests;
    sum.skipped += first.numPendingTests;
    if (!existsSync(`${path}.again`)) {
      sum.failed += failures(first);
      continue;
    }
    const again = read(`${path}.again`);
    const stillFailed = new Set(failedTests(again));
    const mended = failedTests(first).filter((test) => !stillFailed.has(test));
    for (const test of mended) console.log(`passed only by itself, when run again: ${test}`);
    sum.again += mended.length;
    sum.passed += mended.length;
    sum.failed += failures(again);
  }
  const { passed, failed, skipped, again } = sum;
  const told = again === 0 ? '' : ` (${again} only when run again)`;
  console.log(`${passed} passed${told}, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}

const [task, ...paths] = process.argv.slice(2);
if (task === 'failed') for (const file of failedFiles(read(paths[0]))) console.log(file);
else if (!count(paths)) process.exitCode = 1;
