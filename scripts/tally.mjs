// Adds up vitest's JSON reports to the last line of a CI run: node scripts/tally.mjs <exit code so far> <report>...
// This must run on any Node version, also if the install has failed.
import { existsSync, readFileSync } from 'node:fs';

const [code, ...files] = process.argv.slice(2);
const reports = files.filter(existsSync).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (count) => reports.reduce((total, report) => total + count(report), 0);

/** A file that cannot be loaded fails without a failed test. */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );

const passed = sum(({ numPassedTests }) => numPassedTests);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);
const failedTests = sum((report) => report.numFailedTests + brokenFiles(report).length);
const isComplete =
  code === '0' && reports.length === files.length && reports.every(({ success }) => success) && passed > 0;
/**
 * Without a failed test, a failed step of the run, an error outside tests or a missing report counts as one failure.
 */
const failed = failedTests === 0 && !isComplete ? 1 : failedTests;

if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
