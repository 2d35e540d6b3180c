import { describe, expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { createMarker, markersOf, newMarker, pointAt } from './markers.ts';

async function createJourneyOfMine(fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  return { rider, journeyId: (await createJourney(rider, fields)).id };
}

test('a marker is created, read, changed and deleted', async () => {
  const { rider, journeyId } = await createJourneyOfMine();
  const body = newMarker({ notes: 'Good water.', estimated_time: '2026-06-12T10:30:00+02:00' });
  const created = await rider.post(markersOf(journeyId), body);
  expect(created.status, created.text).toBe(201);
  expect(created.json).toEqual({
    id: expect.any(String),
    journey_id: journeyId,
    name: 'Spring under the chapel',
    notes: 'Good water.',
    marker_type: 'plan',
    coordinates: pointAt(16.3738, 48.2082),
    timestamp: null,
    estimated_time: '2026-06-12T08:30:00.000Z',
    version: 1,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  const path = `${markersOf(journeyId)}/${created.json.id}`;
  expect(created.headers.get('Location')).toBe(path);
  expect((await rider.get(path)).json).toEqual(created.json);

  advance(1, 'minutes');
  const changed = await rider.patch(path, { name: 'Dry well', coordinates: pointAt(16.5, 48.1) });
  expect(changed.status, changed.text).toBe(200);
  expect(changed.json).toEqual({
    ...created.json,
    name: 'Dry well',
    coordinates: pointAt(16.5, 48.1),
    version: 2,
    updated_at: expect.any(String),
  });
  expect(changed.json.updated_at > created.json.updated_at).toBe(true);
  expect((await rider.get(path)).json).toEqual(changed.json);

  expect((await rider.delete(path)).status).toBe(204);
  expect(await rider.get(path)).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
  expect(await rider.delete(path)).toMatchObject({ status: 404, json: { code: 'markers.not_found' } });
  expect(await rider.patch(path, { name: 'Ghost' })).toMatchObject({
    status: 404,
    json: { code: 'markers.not_found' },
  });
});

test('deleting a journey deletes its markers', async () => {
  const { rider, journeyId } = await createJourneyOfMine();
  const marker = await createMarker(rider, journeyId);
  expect((await rider.delete(`/v1/journeys/${journeyId}`)).status).toBe(204);
  expect((await rider.get(marker.path)).status).toBe(404);
  expect(await sql`select id from markers where journey_id = ${journeyId}`).toEqual([]);
});

test('positions keep seven decimals, and zero has no sign', async () => {
  const { rider, journeyId } = await createJourneyOfMine();
  const { coordinates } = await createMarker(rider, journeyId, { coordinates: pointAt(179.123456789, -0.00000004) });
  expect(coordinates).toEqual(pointAt(179.1234568, 0));
  const zero = await rider.post(markersOf(journeyId), JSON.stringify(newMarker()).replace('16.3738', '-0'), {
    headers: { 'Content-Type': 'application/json' },
  });
  expect(zero.text).toContain('"coordinates":[0,48.2082]');
});

test('null in a change of a marker clears a time and is refused for every other field, and omitted fields stay [J5]', async () => {
  const { rider, journeyId } = await createJourneyOfMine();
  const time = '2026-06-12T08:30:00.000Z';
  const marker = await createMarker(rider, journeyId, { notes: 'Water', estimated_time: time });
  const fields = { name: marker.name, notes: 'Water', coordinates: marker.coordinates, estimated_time: time };

  expect((await rider.patch(marker.path, {})).json).toMatchObject(fields);
  expect((await rider.patch(marker.path, { notes: '' })).json).toMatchObject({ ...fields, notes: '' });
  const cleared = await rider.patch(marker.path, { estimated_time: null });
  expect(cleared.json).toMatchObject({ ...fields, notes: '', estimated_time: null });
  for (const field of ['name', 'notes', 'marker_type', 'coordinates']) {
    const { status, json } = await rider.patch(marker.path, { [field]: null });
    expect({ status, paths: json.errors.map(({ path }: { path: string }) => path) }).toEqual({
      status: 422,
      paths: [field],
    });
  }
});

describe('the time of a marker', () => {
  const [planned, ridden] = ['2026-06-12T08:30:00.000Z', '2026-06-13T17:05:00.000Z'];
  const wrong = (path: string) => ({ status: 422, json: { errors: [expect.objectContaining({ path })] } });

  test('a timestamp on a planned marker and an estimated time on a past marker are refused by name', async () => {
    const { rider, journeyId } = await createJourneyOfMine();
    const post = (fields: Record<string, unknown>) => rider.post(markersOf(journeyId), newMarker(fields));
    expect(await post({ timestamp: ridden })).toMatchObject(wrong('timestamp'));
    expect(await post({ marker_type: 'past', estimated_time: planned })).toMatchObject(wrong('estimated_time'));
    expect(await post({ marker_type: 'past', timestamp: ridden, estimated_time: null })).toMatchObject({ status: 201 });

    const { path } = await createMarker(rider, journeyId, { estimated_time: planned });
    expect(await rider.patch(path, { timestamp: ridden })).toMatchObject(wrong('timestamp'));
    expect(await rider.patch(path, { timestamp: ridden, estimated_time: planned })).toMatchObject(wrong('timestamp'));
    expect(await rider.patch(path, { marker_type: 'past', estimated_time: planned })).toMatchObject(
      wrong('estimated_time'),
    );
    expect((await rider.get(path)).json).toMatchObject({ estimated_time: planned, version: 1 });
  });

  test('a marker whose type changes keeps its time unless a new one is given', async () => {
    const { rider, journeyId } = await createJourneyOfMine();
    const { path } = await createMarker(rider, journeyId, { estimated_time: planned });
    const change = async (changes: Record<string, unknown>) => {
      const { json } = await rider.patch(path, changes);
      return [json.marker_type, json.timestamp, json.estimated_time];
    };
    expect(await change({ marker_type: 'past' })).toEqual(['past', planned, null]);
    expect(await change({ timestamp: ridden })).toEqual(['past', ridden, null]);
    expect(await change({ estimated_time: null })).toEqual(['past', ridden, null]);
    expect(await change({ marker_type: 'plan', estimated_time: planned })).toEqual(['plan', null, planned]);
    expect(await change({ marker_type: 'past', timestamp: null })).toEqual(['past', null, null]);
  });

  test.each<[unknown, string]>([
    ['2026-06-12', 'a date without a time'],
    ['2026-06-12T08:30:00', 'no time zone'],
    ['2026-06-12 08:30:00Z', 'a space in place of T'],
    ['2026-02-30T08:30:00Z', 'a day that does not exist'],
    ['2026-06-12T24:00:00Z', 'hour 24'],
    ['2016-12-31T23:59:60Z', 'a leap second'],
    ['0000-01-01T00:00:00Z', 'the year 0'],
    ['9999-12-31T23:59:59Z', 'the year 9999'],
    ['+275760-09-13T00:00:00Z', 'the last day that Date can hold'],
    [1_781_000_000, 'a number'],
    ['', 'an empty text'],
  ])('a marker with the time %j is refused (%s) [K9]', async (estimated_time) => {
    const { rider, journeyId } = await createJourneyOfMine();
    const { status, json } = await rider.post(markersOf(journeyId), newMarker({ estimated_time }));
    expect([status, json.errors[0].path]).toEqual([422, 'estimated_time']);
  });
});

test('the presence of a marker follows its position and ends with it', async () => {
  const { rider, journeyId } = await createJourneyOfMine({ visibility: 'discoverable' });
  const presence = () => sql`select cell, bucket from presence_cells where journey_id = ${journeyId}`;
  const marker = await createMarker(rider, journeyId, { estimated_time: '2056-06-12T08:30:00Z' });
  const [before, ...others] = await presence();
  expect(others).toEqual([]);

  await rider.patch(marker.path, { coordinates: pointAt(-16, -48) });
  const [after] = await presence();
  expect(after?.bucket).toBe(before?.bucket);
  expect(after?.cell).not.toBe(before?.cell);

  await rider.delete(marker.path);
  expect(await presence()).toEqual([]);
});
