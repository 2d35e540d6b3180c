import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { otherWorker } from '../auth/sign-up.ts';
import { addJourneys } from './full-account.ts';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

test('the hourly run deletes viewings and disclosures of more than 400 days ago and no others', async () => {
  const [viewer, old, young] = [await createRider(), await createRider(), await createRider()];
  const shown = [
    { rider: old, days: 400.1 },
    { rider: young, days: 399.9 },
  ];
  const [mine] = await addJourneys(viewer, 1);
  for (const { rider, days } of shown) {
    const [other] = await addJourneys(rider, 1);
    await sql`insert into viewings (viewer_id, shown_id, at) values (${viewer.id}, ${rider.id}, ${daysAgo(days)})`;
    await sql`
      insert into disclosures (journey_no, other_no, at)
      select m.no, o.no, ${daysAgo(days)} from journeys m, journeys o where m.id = ${mine} and o.id = ${other}`;
  }
  await otherWorker({}).cron('7 * * * *');
  expect(await sql`select shown_id from viewings where viewer_id = ${viewer.id}`).toEqual([{ shown_id: young.id }]);
  const disclosed = await sql`
    select o.owner_id from disclosures d join journeys m on m.no = d.journey_no join journeys o on o.no = d.other_no
    where m.id = ${mine}`;
  expect(disclosed).toEqual([{ owner_id: young.id }]);
});

test('the hourly run deletes audit entries of more than 400 days ago and no others', async () => {
  const rider = await createRider();
  for (const days of [400.1, 399.9])
    await sql`
      insert into audit (id, at, action, actor_id, request_id, network_hash, user_agent)
      values (${uuidv7()}, ${daysAgo(days)}, ${`test.${days}`}, ${rider.id}, '', '', '')`;
  await otherWorker({}).cron('7 * * * *');
  const { json } = await rider.get('/v1/me/audit');
  expect(json.items.map(({ action }: { action: string }) => action)).toEqual(['test.399.9']);
});
