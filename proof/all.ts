// npm run proof: runs every engine in turn, or the named ones, and prints the last line of each. Engines get `--short`
// and `--control`. `--report` names a file for scripts/tally.mjs, in the format of vitest's JSON report.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerHelp } from '../local/stack/help.ts';

const known = ['fuzz', 'matrix', 'races', 'faults', 'lossy', 'limits', 'shown', 'crowding', 'files', 'attack/worlds'];

answerHelp(`npm run proof [-- --short] [--control] [--report <file>] [<engine> ...]
    runs the named engines, or all of them: ${known.join(', ')}`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    control: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`unknown engine: ${unknown.join(', ')}; known engines: ${known.join(', ')}`);
const engines = positionals.length > 0 ? positionals : known;
const flags = [...(values.short ? ['--short'] : []), ...(values.control ? ['--control'] : [])];

const failed = engines.filter((name) => {
  const file = join(import.meta.dirname, 'engines', name, 'run.ts');
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...flags], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`${status === 0 ? '✓' : '✗'} ${lines.at(-1)} (${seconds} s)`);
  if (status !== 0) console.log(`${stdout}\n${stderr}`.trim());
  return status !== 0;
});

if (values.report) {
  const [numPassedTests, numFailedTests] = [engines.length - failed.length, failed.length];
  const report = { numPassedTests, numFailedTests, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  writeFileSync(values.report, JSON.stringify({ ...report, success: numFailedTests === 0 }));
}
process.exitCode = failed.length === 0 ? 0 : 1;
