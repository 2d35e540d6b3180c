// npm run clients: makes a client from openapi.json with each of three generators, compiles an app that uses it, and runs
// the app against a Kairos of its own.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { answerHelp } from '../../local/stack/help.ts';
import { fail, Refusal } from '../../local/stack/refusal.ts';
import { runNode } from '../../scripts/tool.ts';
import { gpx, plan } from './jobs/trip.ts';

const folder = import.meta.dirname;
const generated = join(folder, 'generated');
const generators = ['openapi-fetch', 'hey-api', 'orval'];

answerHelp(`npm run clients    makes a client from openapi.json with each of three generators, and uses it

Installs the generators from the internet (${generators.join(', ')}), compiles an app for each with tsc --strict, starts
a Kairos with a database of its own, and runs the apps. Prints a line for each, and ends with 1 if one fails.`);

/** Runs npm in the folder of the clients. Throws what it printed, if it fails. */
function runNpm(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('npm', ['--prefix', folder, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

/** Answers the file of the compiled app. */
async function makeApp(generator: string): Promise<string> {
  const [source, app] = [`jobs/${generator}.ts`, join(generated, `${generator}.mjs`)];
  runNpm('run', generator);
  runNpm('run', 'compile', '--', source);
  await build({ absWorkingDir: folder, entryPoints: [source], outfile: app, bundle: true, format: 'esm' });
  return app;
}

/** The rider whom the riders of the apps meet. */
async function createBogdan(): Promise<void> {
  const { createJourney, createRider, importPlan } = await import('../../test/support/factories.ts');
  const bogdan = await createRider({ name: 'Bogdan Ionescu' });
  const { id } = await createJourney(bogdan, plan);
  await importPlan(bogdan, id, gpx);
}

async function runApp(app: string, api: string, inbox: string): Promise<string> {
  const { ok, output } = await runNode([app, api, inbox]);
  if (!ok) throw new Error(output);
  return output.trim();
}

async function tryGenerators(): Promise<void> {
  const { env, stop, url } = await import('../support/kairos.ts');
  await createBogdan();
  for (const generator of generators) {
    const name = generator.padEnd(15);
    try {
      const app = await makeApp(generator);
      console.log(`✓ ${name} ${await runApp(app, url.origin, env.RESEND_BASE_URL)}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`✗ ${name} ${error instanceof Error ? error.message : error}`);
    }
  }
  await stop();
}

async function main(): Promise<void> {
  rmSync(generated, { recursive: true, force: true });
  try {
    runNpm('ci', '--ignore-scripts', '--no-audit', '--no-fund');
  } catch (error) {
    throw new Refusal(`The generators cannot be installed. ${error instanceof Error ? error.message : error}`);
  }
  await tryGenerators();
}

await main().catch(fail);
