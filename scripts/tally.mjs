// Sums vitest's JSON reports into the last line of a run: node scripts/tally.mjs <exit code so far> <report>...
// Has to run on any Node, also when the install has failed.
import { existsSync, readFileSync } from 'node:fs';

const [code, ...files] = process.argv.slice(2);
const reports = files.filter(existsSync).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (count) => reports.reduce((total, report) => total + count(report), 0);

/** A file that cannot even be loaded has no test to fail. */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );

const passed = sum(({ numPassedTests }) => numPassedTests);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);
const failedTests = sum((report) => report.numFailedTests + brokenFiles(report).length);
const isWhole =
  code === '0' && reports.length === files.length && reports.every(({ success }) => success) && passed > 0;
/** What is no test and failed all the same: a step of the run, an error outside of all tests, a report that is missing. */
const failed = failedTests === 0 && !isWhole ? 1 : failedTests;

if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
