// npm run presence: holds what strangers may see against what riders have, journey by journey, while Kairos runs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, openPatiently } from '../src/db/client.ts';
import {
  listJourneyIds,
  lockJourney,
  selectDrifted,
  updatePresence,
} from '../src/features/presence/presence.repository.ts';
import { readPorts } from './stack/options.ts';
import { root } from './stack/paths.ts';
import { fail, Refusal } from './stack/refusal.ts';

const usage = `npm run presence -- check     counts the journeys whose presence is not what it has to be
npm run presence -- rebuild   puts those right, each in a transaction of its own

Acts on the database of DATABASE_OWNER_URL, or on the one that npm start has running. Ridden positions that wait for the nightly run count as not right.`;

const batchSize = 100;

async function* drifted(db: Db): AsyncGenerator<{ wrong: string[]; looked: number }> {
  let after: string | undefined;
  do {
    const batch = await listJourneyIds(db, { after, limit: batchSize });
    const { rows } = await selectDrifted(
      db,
      batch.map(({ id }) => id),
      new Date(),
    );
    yield { wrong: rows.map(({ id }) => id), looked: batch.length };
    after = batch.length === batchSize ? batch.at(-1)?.id : undefined;
  } while (after);
}

function connect(): Db {
  const { DATABASE_OWNER_URL: url, DATABASE_ENDPOINT: endpoint } = process.env;
  if (url) return openPatiently({ url, endpoint });
  if (!existsSync(join(root, '.dev.vars')))
    throw new Refusal('npm start has not run here yet, and DATABASE_OWNER_URL is not set.');
  const console = `http://127.0.0.1:${readPorts({}, process.env).consolePort}/sql`;
  return openPatiently({ url: 'postgresql://postgres:local@localhost/kairos', endpoint: console });
}

async function main(): Promise<void> {
  const [verb] = process.argv.slice(2);
  if (verb !== 'check' && verb !== 'rebuild') throw new Refusal(usage);
  const db = connect();
  let [total, wrongTotal] = [0, 0];
  for await (const { wrong, looked } of drifted(db)) {
    total += looked;
    wrongTotal += wrong.length;
    if (verb === 'check') continue;
    // Whoever changes the journey meanwhile waits, and then writes what is right after the change.
    for (const id of wrong) await db.batch([lockJourney(db, id), updatePresence(db, { journeyId: id }, new Date())]);
  }
  const done = verb === 'check' ? 'are not what they have to be' : 'were not what they had to be, and are now';
  console.log(`${total} journeys looked at: ${wrongTotal} ${done}`);
  if (verb === 'check' && wrongTotal > 0) process.exitCode = 1;
}

await main().catch(fail);
