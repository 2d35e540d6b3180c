import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { findRunning } from './stack/claim.ts';
import { answerHelp } from './stack/help.ts';
import { paths, root } from './stack/paths.ts';
import { fail, Refusal } from './stack/refusal.ts';

const usage = `npm run reset            deletes the embedded database and the inbox
npm run reset -- --all   deletes the generated secrets too`;

answerHelp(usage);
const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== '--all') || rest.length > 0) fail(new Refusal(usage));

const running = await findRunning(paths.running, new Date());
if (running) fail(new Refusal(`Kairos is running with this data (process ${running.pid}). Stop it first.`));

const targets = option === '--all' ? [paths.state, paths.secrets] : [paths.state];
for (const target of targets) rmSync(target, { recursive: true, force: true });
console.log(
  `Deleted ${targets.map((target) => relative(root, target)).join(' and ')}. The next npm start creates everything again.`,
);
