// npm run bench -- <name>: each bench prints a table or an SVG.
import { answerHelp } from '../local/stack/help.ts';
import { fail, Refusal } from '../local/stack/refusal.ts';

const benches = [
  'trips',
  'http',
  'start',
  'discovery',
  'growth',
  'upkeep',
  'publishing',
  'picture',
  'zones',
  'encounter',
];
answerHelp(`npm run bench -- <name>    measures or draws one of: ${benches.join(', ')}

docs/commands.md says what each of them does, and which need DATABASE_URL.`);
const [, , name = 'trips'] = process.argv;
if (!benches.includes(name)) fail(new Refusal(`The bench “${name}” does not exist. These do: ${benches.join(', ')}`));
await import(`./${name}.ts`);
