// npm run generate: writes the files that are made from the routes and the configuration.
import { answerHelp } from '../local/stack/help.ts';

answerHelp('npm run generate    writes openapi.json and docs/configuration.md');
await import('./openapi.ts');
await import('./configuration.ts');
