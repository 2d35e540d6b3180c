import { describe, expect, test } from 'vitest';
import { type Answer, anonymous } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { createMarker, markersOf, newMarker, pointAt, readAll } from './markers.ts';

/** All that a caller can tell two answers apart by. */
const seenOf = ({ status, headers, json }: Answer) => ({
  status,
  headers: [...headers.keys()].toSorted(),
  body: { ...json, request_id: undefined },
});

async function createOwnerAndStranger(fields: Record<string, unknown> = {}) {
  const [owner, stranger] = [await createRider(), await createRider()];
  const [theirs, own] = [await createJourney(owner, fields), await createJourney(stranger)];
  return { owner, stranger, theirs, own, marker: await createMarker(owner, theirs.id, { notes: 'Camp' }) };
}

const stateOf = (journeyId: string) => sql`select * from markers where journey_id = ${journeyId} order by id`;

const calls: Record<string, (rider: Rider, journeyId: string, id: string) => Promise<Answer>> = {
  'I9: setting one': (rider, journeyId) => rider.post(markersOf(journeyId), newMarker()),
  'I9: setting many': (rider, journeyId) => rider.post(markersOf(journeyId), { markers: [newMarker(), newMarker()] }),
  'I9: sending one again': (rider, journeyId, id) => rider.post(markersOf(journeyId), newMarker({ id })),
  'I7: listing': (rider, journeyId) => rider.get(markersOf(journeyId)),
  'I31: listing by a box': (rider, journeyId) => rider.get(`${markersOf(journeyId)}?bbox=16,48,17,49`),
  'I7: reading': (rider, journeyId, id) => rider.get(`${markersOf(journeyId)}/${id}`),
  'I11: changing': (rider, journeyId, id) => rider.patch(`${markersOf(journeyId)}/${id}`, { name: 'Mine now' }),
  'I11: moving': (rider, journeyId, id) =>
    rider.patch(`${markersOf(journeyId)}/${id}`, { coordinates: pointAt(0, 0), timestamp: '2026-06-12T08:30:00Z' }),
  'I13: deleting': (rider, journeyId, id) => rider.delete(`${markersOf(journeyId)}/${id}`),
};

describe.each(Object.entries(calls))("T7, I33: %s in another rider's journey", (_, send) => {
  test.each(['private', 'discoverable', 'public'])('that is %s is like in none at all', async (visibility) => {
    const { stranger, theirs, marker } = await createOwnerAndStranger({ visibility });
    const before = await stateOf(theirs.id);
    const [journeyId, id] = [crypto.randomUUID(), crypto.randomUUID()];

    const unknown = await send(stranger, journeyId, id);
    expect(unknown).toMatchObject({
      status: 404,
      json: { code: expect.stringMatching(/^(journeys|markers)\.not_found$/) },
    });
    expect(seenOf(await send(stranger, theirs.id, marker.id))).toEqual(seenOf(unknown));
    expect(seenOf(await send(stranger, theirs.id.toUpperCase(), marker.id.toUpperCase()))).toEqual(seenOf(unknown));
    expect(await stateOf(theirs.id)).toEqual(before);
  });

  test('without a credential is 401, with a malformed id 422', async () => {
    const { owner, theirs, marker } = await createOwnerAndStranger();
    expect((await send({ ...owner, ...anonymous() }, theirs.id, marker.id)).status).toBe(401);
    expect((await send(owner, 'not-an-id', marker.id)).status).toBe(422);
  });
});

describe("T8, I8: another rider's marker through the path of one's own journey", () => {
  test.each(Object.entries(calls).filter(([name]) => /I7: reading|I11|I13/.test(name)))('%s', async (_, send) => {
    const { stranger, theirs, own, marker } = await createOwnerAndStranger();
    const before = await stateOf(theirs.id);
    const unknown = await send(stranger, own.id, crypto.randomUUID());
    expect(unknown).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
    expect(seenOf(await send(stranger, own.id, marker.id))).toEqual(seenOf(unknown));
    expect(await stateOf(theirs.id)).toEqual(before);
  });
});

test('T8: a marker is found in its own journey only, not in another of the same rider', async () => {
  const { owner, theirs, marker } = await createOwnerAndStranger();
  const other = await createJourney(owner);
  const before = await stateOf(theirs.id);
  const path = `${markersOf(other.id)}/${marker.id}`;
  const answers = [await owner.get(path), await owner.patch(path, { name: 'Moved' }), await owner.delete(path)];
  for (const answer of answers) expect(answer).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
  expect(await stateOf(theirs.id)).toEqual(before);
});

test('T9, I10, I12: a journey_id in the body is refused and moves nothing', async () => {
  const { stranger, theirs, own } = await createOwnerAndStranger();
  const before = await stateOf(theirs.id);
  const mine = await createMarker(stranger, own.id);
  const refused = { status: 422, json: { errors: [{ path: 'journey_id' }] } };
  expect(await stranger.post(markersOf(own.id), newMarker({ journey_id: theirs.id }))).toMatchObject(refused);
  expect(await stranger.patch(mine.path, { journey_id: theirs.id })).toMatchObject(refused);
  expect(await stateOf(theirs.id)).toEqual(before);
  expect((await stranger.get(mine.path)).json).toMatchObject({ journey_id: own.id, version: 1 });
});

test('the same calls of two riders at once stay apart', async () => {
  const riders = [await createRider(), await createRider()];
  const lists = await Promise.all(
    riders.map(async (rider, index) => {
      const { id } = await createJourney(rider);
      const name = `Rider ${index}`;
      await Promise.all(Array.from({ length: 10 }, () => rider.post(markersOf(id), newMarker({ name }))));
      return (await readAll(rider, id)).map((marker) => [marker.journey_id === id, marker.name]);
    }),
  );
  expect(lists).toEqual([Array(10).fill([true, 'Rider 0']), Array(10).fill([true, 'Rider 1'])]);
});
