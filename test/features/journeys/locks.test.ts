import { expect, test } from 'vitest';
import { sql, untilAsleep } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { gpx, importFile, importsOf } from '../tracks/lines.ts';

const plan = gpx('<rte><rtept lat="35" lon="-52"/><rtept lat="35.2" lon="-52"/></rte>');

/** Locks the rider, and a moment later the journey, as a change of privacy zones and the deletion of the account do. */
const lockRiderThenJourney = (riderId: string, journeyId: string) =>
  sql.transaction([
    sql`select from users where id = ${riderId} for update`,
    sql`select pg_sleep(0.5)`,
    sql`select from journeys where id = ${journeyId} for update`,
  ]);

test('a journey whose plan is published for the first time locks its rider before the journey', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'public' });
  await importFile(rider, id, plan, 'plan');
  const locking = lockRiderThenJourney(rider.id, id);
  await untilAsleep(locking);
  const [{ status, text }] = await Promise.all([
    rider.patch(`/v1/journeys/${id}`, { starts_on: '2027-05-04', daily_distance_m: 80_000 }),
    locking,
  ]);
  expect(status, text).toBe(200);
});

test('the first import of a day locks the rider before the journey', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const locking = lockRiderThenJourney(rider.id, id);
  await untilAsleep(locking);
  const [{ status, text }] = await Promise.all([
    rider.post(importsOf(id, 'plan'), plan, { headers: { 'Content-Type': 'application/gpx+xml' } }),
    locking,
  ]);
  expect(status, text).toBe(201);
});
