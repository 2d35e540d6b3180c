// npm run attack -- worlds, camp, or homes: what strangers can find out, each an engine of its own.
import { join } from 'node:path';

const parts = ['worlds', 'camp', 'homes'];
const [, , part = ''] = process.argv;
if (!parts.includes(part)) throw new Error(`attack in which way: ${parts.join(' or ')}?`);

const file = join(import.meta.dirname, part, 'run.ts');
process.argv.splice(1, 2, file);
await import(file);
