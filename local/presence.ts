// npm run presence: compares the presence of each journey with its markers and lines, while Kairos runs.
import { type Db, openWithLongDeadline } from '../src/db/client.ts';
import {
  listJourneyIds,
  lockJourney,
  selectDrifted,
  updatePresence,
} from '../src/features/presence/presence.repository.ts';
import { answerHelp } from './stack/help.ts';
import { fail, Refusal } from './stack/refusal.ts';
import { findOwnDatabase } from './stack/running.ts';

const usage = `npm run presence -- check     counts the journeys with outdated presence
npm run presence -- rebuild   updates them, each in its own transaction

Both use the database of DATABASE_OWNER_URL, or that of the running npm start.
A journey with rides that the nightly run has yet to publish counts as outdated.`;

const batchSize = 100;

async function* findOutdated(db: Db): AsyncGenerator<{ outdated: string[]; checked: number }> {
  let after: string | undefined;
  do {
    const batch = await listJourneyIds(db, { after, limit: batchSize });
    const { rows } = await selectDrifted(
      db,
      batch.map(({ id }) => id),
      new Date(),
    );
    yield { outdated: rows.map(({ id }) => id), checked: batch.length };
    after = batch.length === batchSize ? batch.at(-1)?.id : undefined;
  } while (after);
}

async function connect(): Promise<Db> {
  const { DATABASE_OWNER_URL: url, DATABASE_ENDPOINT: endpoint } = process.env;
  return openWithLongDeadline(url ? { url, endpoint } : await findOwnDatabase());
}

async function main(): Promise<void> {
  const [verb] = process.argv.slice(2);
  if (verb !== 'check' && verb !== 'rebuild') throw new Refusal(usage);
  const db = await connect();
  let [total, outdatedTotal] = [0, 0];
  for await (const { outdated, checked } of findOutdated(db)) {
    total += checked;
    outdatedTotal += outdated.length;
    if (verb === 'check') continue;
    // A simultaneous change of the journey waits for the lock, and then writes the presence after that change.
    for (const id of outdated)
      await db.batch([
        lockJourney(db, id),
        updatePresence(db, { journeyId: id, at: new Date().toISOString(), keepsFormer: false }),
      ]);
  }
  const outcome = verb === 'check' ? 'have outdated presence' : 'had outdated presence and are updated';
  console.log(`${total} journeys checked: ${outdatedTotal} ${outcome}`);
  if (verb === 'check' && outdatedTotal > 0) process.exitCode = 1;
}

answerHelp(usage);
await main().catch(fail);
