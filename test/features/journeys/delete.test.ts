import { expect, test } from 'vitest';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { pathOf, readAll, stateOf } from './journeys.ts';

const line = Array.from({ length: 100 }, (_, n): LonLat => [16 + n / 100, 48]);

async function createFull(rider: Rider): Promise<string> {
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  await importPlan(rider, id, gpxOf(line));
  const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
  await rider.post(`${pathOf(id)}/markers/batch`, { markers: [marker, marker] });
  return id;
}

test('deleting a journey deletes its markers, lines and presence, and nothing of another journey [T28]', async () => {
  const rider = await createRider();
  const [id, other] = [await createFull(rider), await createFull(rider)];
  const [before, rest] = [await stateOf(id), await stateOf(other)];
  expect(before.map((rows) => rows.length > 0)).toEqual([true, true, true, true]);

  const { status, text } = await rider.delete(pathOf(id));
  expect([status, text]).toEqual([204, '']);
  expect(await stateOf(id)).toEqual([[], [], [], []]);
  expect(await stateOf(other)).toEqual(rest);
  expect((await readAll(rider)).map((journey) => journey.id)).toEqual([other]);
});

test('a deleted journey answers 404 to every call', async () => {
  const rider = await createRider();
  const id = await createFull(rider);
  await rider.delete(pathOf(id.toUpperCase()));
  const answers = [
    await rider.get(pathOf(id)),
    await rider.patch(pathOf(id), { name: 'Back' }),
    await rider.delete(pathOf(id)),
    await rider.post(`${pathOf(id)}/activate`),
    await rider.get(`${pathOf(id)}/route`),
    await rider.get(`${pathOf(id)}/stats`),
    await rider.get(`${pathOf(id)}/markers`),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
});

test('the active journey can be deleted, and another journey can be activated afterwards', async () => {
  const rider = await createRider();
  const [first, second] = [await createJourney(rider), await createJourney(rider)];
  await rider.post(`${pathOf(first.id)}/activate`);
  expect((await rider.delete(pathOf(first.id))).status).toBe(204);
  expect((await rider.get(`/v1/users/${rider.id}/journeys/active`)).status).toBe(404);
  expect((await rider.post(`${pathOf(second.id)}/activate`)).json).toMatchObject({ status: 'active' });
});

test('only one of ten simultaneous deletions of a journey succeeds', async () => {
  const rider = await createRider();
  const id = await createFull(rider);
  const answers = await Promise.all(Array.from({ length: 10 }, () => rider.delete(pathOf(id))));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(9).fill(404)]);
});

test('a journey that is deleted during imports and new markers leaves no rows behind', async () => {
  const rider = await createRider();
  const id = await createFull(rider);
  const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
  const asGpx = { headers: { 'Content-Type': 'application/gpx+xml' } };
  const answers = await Promise.all([
    ...[1, 2, 3].map(() => rider.post(`${pathOf(id)}/imports?as=plan`, gpxOf(line), asGpx)),
    rider.post(`${pathOf(id)}/markers`, marker),
    rider.delete(pathOf(id)),
    ...[1, 2, 3].map(() => rider.post(`${pathOf(id)}/markers`, marker)),
    rider.patch(pathOf(id), { name: 'Renamed' }),
  ]);
  for (const { status, text } of answers) expect([200, 201, 204, 404], text).toContain(status);
  expect(await stateOf(id)).toEqual([[], [], [], []]);
});
