// npm run attack -- worlds, camp or homes: three engines that measure what strangers can find out.
import { join } from 'node:path';
import { answerHelp } from '../../../local/stack/help.ts';

const parts = ['worlds', 'camp', 'homes'];
if (!parts.includes(process.argv[2] ?? '')) answerHelp(`npm run attack -- ${parts.join(' | ')} [options]`);
const [, , part = ''] = process.argv;
if (!parts.includes(part)) throw new Error(`name an attack: npm run attack -- ${parts.join(' | ')}`);

const file = join(import.meta.dirname, part, 'run.ts');
process.argv.splice(1, 2, file);
await import(file);
