import { expect, test } from 'vitest';
import { purgeFormerIdsJob } from '../../../src/features/journeys/former-id.job.ts';
import { refreshRiddenPresenceJob } from '../../../src/features/presence/presence.job.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, freshToken, type Rider } from '../../support/factories.ts';
import { comparableParts, otherWorker } from '../auth/sign-up.ts';

const createWith = async (rider: Rider, id: string, visibility = 'private') =>
  await rider.post('/v1/journeys', { id, name: 'Mine', visibility }, { token: await freshToken(rider) });

test('for 400 days, the id of a deleted journey equals the id of a blocked, hidden, private or public one [I33]', async () => {
  setTime(new Date());
  const asker = await createRider();
  const owners = await Promise.all(Array.from({ length: 6 }, () => createRider()));
  const [, hidden, hiding, blocking, deleting, leaving] = owners;
  const ids = await Promise.all(owners.map(async (owner) => (await createJourney(owner, { visibility: 'public' })).id));
  await hidden?.patch(`/v1/journeys/${ids[1]}`, { visibility: 'private' });
  await hiding?.post('/v1/me/hide', {});
  await blocking?.post('/v1/blocks', { user_id: asker.id });
  await deleting?.delete(`/v1/journeys/${ids[4]}`);
  await leaving?.delete('/v1/me');
  const worker = otherWorker({});
  await worker.run(purgeFormerIdsJob);

  for (const days of [0, 399]) {
    advance(days, 'days');
    await worker.run(purgeFormerIdsJob);
    for (const visibility of ['private', 'public']) {
      const taken = comparableParts(await createWith(asker, ids[0] ?? '', visibility));
      expect(taken).toMatchObject({ status: 409 });
      for (const id of ids) {
        expect(comparableParts(await createWith(asker, id, visibility)), id).toEqual(taken);
        expect(comparableParts(await createWith(asker, id.toUpperCase(), visibility)), id).toEqual(taken);
      }
    }
    const { json } = await asker.get('/v1/me/usage', { token: await freshToken(asker) });
    expect(json.journeys_per_day.used).toBe(0);
  }
  advance(2, 'days');
  // The nightly job deletes the ledger of the deleted journey, under which its id stays taken.
  await worker.run(refreshRiddenPresenceJob, purgeFormerIdsJob);
  // No session lasts as long.
  const later = await createRider();
  for (const id of ids.slice(4)) expect((await createWith(later, id)).status).toBe(201);
});

test('a rider may use the id of their own deleted journey again, and then nobody else may', async () => {
  const [rider, other] = [await createRider(), await createRider()];
  const { id } = await createJourney(rider);
  for (let round = 0; round < 2; round += 1) {
    await rider.delete(`/v1/journeys/${id}`);
    expect((await createWith(other, id)).status).toBe(409);
    expect(await createWith(rider, id)).toMatchObject({ status: 201, json: { name: 'Mine', version: 1 } });
  }
});

test('an account that is deleted leaves no rider with the ids of its journeys, of those deleted before and with it [Q1]', async () => {
  const rider = await createRider();
  const ids = [(await createJourney(rider)).id, (await createJourney(rider)).id];
  await rider.delete(`/v1/journeys/${ids[0]}`);
  await rider.delete('/v1/me');
  expect(await sql`select rider_id from former_journey_ids where id = any(${ids})`).toEqual([
    { rider_id: null },
    { rider_id: null },
  ]);
});

test('an id stays taken as long as the published plan of the deleted journey is kept', async () => {
  const [rider, other] = [await createRider(), await createRider()];
  const { id } = await createJourney(rider);
  await rider.delete(`/v1/journeys/${id}`);
  await sql`insert into published_plans (journey_id, owner_id, updated_at) values (${id}, ${rider.id}, now())`;
  await sql`update former_journey_ids set kept_until = now() - interval '1 day' where id = ${id}`;
  await otherWorker({}).run(purgeFormerIdsJob);
  expect((await createWith(other, id)).status).toBe(409);
  await sql`delete from published_plans where journey_id = ${id}`;
  await otherWorker({}).run(purgeFormerIdsJob);
  expect((await createWith(other, id)).status).toBe(201);
});

test('a creation that waits for the deletion of the journey with its id does not get the id', async () => {
  const [owner, other] = [await createRider(), await createRider()];
  const { id } = await createJourney(owner);
  const deletion = sql.transaction([sql`delete from journeys where id = ${id}`, sql`select pg_sleep(1.5)`]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const creation = createWith(other, id);
  await deletion;
  expect((await creation).status).toBe(409);
});
