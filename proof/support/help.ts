// The first import of each engine, because later imports start a Worker. Answers `--help`.
import { basename, dirname } from 'node:path';
import { answerHelp } from '../../local/stack/help.ts';

const name = basename(dirname(process.argv[1] ?? ''));
const command = ['worlds', 'camp', 'homes'].includes(name) ? `attack -- ${name}` : `${name} --`;

answerHelp(`npm run ${command} [--seed <n>] [--count <n>] [--short] [--control]
    --seed <n>    repeats a run with the same random choices
    --count <n>   sets the length of the run
    --short       runs the short form of CI, always with the same seed
    --control     injects defects into the Worker, one after the other, and fails unless each is found

docs/proof.md describes the engine, and the options that it has beside these.`);
