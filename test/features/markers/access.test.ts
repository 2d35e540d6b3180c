import { describe, expect, test } from 'vitest';
import { type Answer, anonymous } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { batchOf, createMarker, markersOf, newMarker, pointAt, readAll } from './markers.ts';

/** Everything by which a caller can tell two responses apart. */
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

const calls: [name: string, rows: string, send: (rider: Rider, journeyId: string, id: string) => Promise<Answer>][] = [
  ['creating a marker', 'I9', (rider, journeyId) => rider.post(markersOf(journeyId), newMarker())],
  [
    'creating two markers',
    'I9',
    (rider, journeyId) => rider.post(batchOf(journeyId), { markers: [newMarker(), newMarker()] }),
  ],
  ['sending a marker again', 'I9', (rider, journeyId, id) => rider.post(markersOf(journeyId), newMarker({ id }))],
  ['listing markers', 'I7', (rider, journeyId) => rider.get(markersOf(journeyId))],
  [
    'listing markers in a bounding box',
    'I31',
    (rider, journeyId) => rider.get(`${markersOf(journeyId)}?bbox=16,48,17,49`),
  ],
  ['reading a marker', 'I7', (rider, journeyId, id) => rider.get(`${markersOf(journeyId)}/${id}`)],
  [
    'changing a marker',
    'I11',
    (rider, journeyId, id) => rider.patch(`${markersOf(journeyId)}/${id}`, { name: 'Mine now' }),
  ],
  [
    'moving a marker',
    'I11',
    (rider, journeyId, id) =>
      rider.patch(`${markersOf(journeyId)}/${id}`, { coordinates: pointAt(0, 0), timestamp: '2026-06-12T08:30:00Z' }),
  ],
  ['deleting a marker', 'I13', (rider, journeyId, id) => rider.delete(`${markersOf(journeyId)}/${id}`)],
];

describe.each(calls)("$0 in another rider's journey [$1, T7, I33]", (name, _rows, send) => {
  test.each(['private', 'discoverable', 'public'])(
    `${name} in another rider's %s journey answers 404, equal to an unknown id`,
    async (visibility) => {
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
    },
  );

  test(`${name} answers 401 without a credential and 422 with a malformed journey id`, async () => {
    const { owner, theirs, marker } = await createOwnerAndStranger();
    expect((await send({ ...owner, ...anonymous() }, theirs.id, marker.id)).status).toBe(401);
    expect((await send(owner, 'not-an-id', marker.id)).status).toBe(422);
  });
});

describe("another rider's marker in the path of one's own journey [T8, I8]", () => {
  test.each(calls.filter(([name]) => /^(reading|changing|moving|deleting) /.test(name)))(
    "$0 of another rider through one's own journey answers 404, equal to an unknown id [$1]",
    async (_name, _rows, send) => {
      const { stranger, theirs, own, marker } = await createOwnerAndStranger();
      const before = await stateOf(theirs.id);
      const unknown = await send(stranger, own.id, crypto.randomUUID());
      expect(unknown).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
      expect(seenOf(await send(stranger, own.id, marker.id))).toEqual(seenOf(unknown));
      expect(await stateOf(theirs.id)).toEqual(before);
    },
  );
});

test.each(['patch', 'delete'] as const)(
  "a %s with If-Match does not reveal the version of another journey's marker [T8]",
  async (method) => {
    const [rider, other] = [await createRider(), await createRider()];
    const [mine, theirs] = [await createJourney(rider), await createJourney(other)];
    const { id } = await createMarker(other, theirs.id);
    for (const version of [1, 2]) {
      const conditional = { headers: { 'If-Match': `"${version}"` } };
      const path = `/v1/journeys/${mine.id}/markers/${id}`;
      const answer = await (method === 'patch'
        ? rider.patch(path, { name: 'Mine' }, conditional)
        : rider.delete(path, conditional));
      expect([answer.status, answer.json.code]).toEqual([404, 'markers.not_found']);
    }
  },
);

test('a marker is not found in another journey of the same rider [T8]', async () => {
  const { owner, theirs, marker } = await createOwnerAndStranger();
  const other = await createJourney(owner);
  const before = await stateOf(theirs.id);
  const path = `${markersOf(other.id)}/${marker.id}`;
  const answers = [await owner.get(path), await owner.patch(path, { name: 'Moved' }), await owner.delete(path)];
  for (const answer of answers) expect(answer).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
  expect(await stateOf(theirs.id)).toEqual(before);
});

test('a journey_id in the body of a marker is refused and moves nothing [T9, I10, I12]', async () => {
  const { stranger, theirs, own } = await createOwnerAndStranger();
  const before = await stateOf(theirs.id);
  const mine = await createMarker(stranger, own.id);
  const refused = { status: 422, json: { errors: [{ path: 'journey_id' }] } };
  expect(await stranger.post(markersOf(own.id), newMarker({ journey_id: theirs.id }))).toMatchObject(refused);
  expect(await stranger.patch(mine.path, { journey_id: theirs.id })).toMatchObject(refused);
  expect(await stateOf(theirs.id)).toEqual(before);
  expect((await stranger.get(mine.path)).json).toMatchObject({ journey_id: own.id, version: 1 });
});

test('simultaneous calls of two riders do not mix their markers', async () => {
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
