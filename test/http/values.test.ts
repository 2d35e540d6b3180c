import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';

let rider: Rider;
let markers: string;
beforeAll(async () => {
  rider = await createRider();
  markers = `/v1/journeys/${(await createJourney(rider)).id}/markers`;
});

const post = (path: string, body: string) =>
  call('POST', path, { token: rider.token, headers: { 'Content-Type': 'application/json' }, body });
const journeyWith = (field: string, value: string) => post('/v1/journeys', `{"name":"A journey","${field}":${value}}`);
const markerAt = (coordinates: string) =>
  post(markers, `{"name":"x","marker_type":"plan","coordinates":{"type":"Point","coordinates":${coordinates}}}`);
const markerOn = (time: string) =>
  post(
    markers,
    `{"name":"x","marker_type":"plan","coordinates":{"type":"Point","coordinates":[1,1]},"estimated_time":${JSON.stringify(time)}}`,
  );

describe('numbers [K6]', () => {
  test.each([
    '1e400',
    '-1e400',
    '9'.repeat(400),
    '9007199254740993',
    '1e-400',
    '-0',
    '0',
    '-95000',
    '999.999',
    '1000000.1',
    '"95000"',
    '"NaN"',
    '"Infinity"',
    '[95000]',
    'true',
  ])('a daily distance of %s is refused with 422', async (number) => {
    expect((await journeyWith('daily_distance_m', number)).status).toBe(422);
  });

  test.each([
    ['1000', 1_000],
    ['1e6', 1_000_000],
    ['95000.5', 95_000.5],
    ['95000.00000000000000001', 95_000],
    ['0.1e7', 1_000_000],
  ] as const)('a daily distance of %s is stored as that number', async (text, number) => {
    expect((await journeyWith('daily_distance_m', text)).json.daily_distance_m).toBe(number);
  });

  test.each([
    '[]',
    '[16]',
    '[16,48,100]',
    '["16","48"]',
    '[48.2,200]',
    '[180.0000001,0]',
    '[-180.1,0]',
    '[0,90.0000001]',
    '[1e400,0]',
    '[null,0]',
    '[[16,48]]',
    '{"0":16,"1":48}',
    '"16,48"',
  ])('a position of %s is refused with 422 [K7]', async (coordinates) => {
    expect((await markerAt(coordinates)).status).toBe(422);
  });

  test.each([
    ['[-0,-0]', [0, 0]],
    ['[1e-400,-1e-400]', [0, 0]],
    ['[180,90]', [180, 90]],
    ['[-180,-90]', [-180, -90]],
    ['[16.123456789012345,48.00000005]', [16.1234568, 48.0000001]],
  ])('a position of %s is stored with seven decimals [K7]', async (text, coordinates) => {
    const { json, text: answer } = await markerAt(text);
    expect(json.coordinates.coordinates).toEqual(coordinates);
    expect(answer).not.toContain('-0,');
    expect((await rider.get(`${markers}/${json.id}`)).json.coordinates.coordinates).toEqual(coordinates);
  });
});

describe('times and dates [K9]', () => {
  test.each([
    '2026-06-12T08:30:00',
    '2026-06-12 08:30:00Z',
    '2026-06-12',
    '08:30:00Z',
    '2026-06-12T24:00:00Z',
    '2026-06-12T23:59:60Z',
    '2016-12-31T23:59:60Z',
    '2026-06-12T25:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '2026-06-12T08:30:00+24:00',
    '2026-06-12T08:30:00+2',
    '2026-06-12T08:30:00 +02:00',
    '2026-06-12T08:30:00UTC',
    '2026-W24-5',
    '1781253000',
    'now',
    'infinity',
    '',
    ' 2026-06-12T08:30:00Z',
    '2026-06-12T08:30:00Z\n',
  ])('a time of %j is refused with 422', async (time) => {
    const answer = await markerOn(time);
    expect(answer.status, answer.text).toBe(422);
    expect(answer.json.errors).toMatchObject([{ path: 'estimated_time' }]);
  });

  test.each([
    ['2026-06-12T08:30:00Z', '2026-06-12T08:30:00.000Z'],
    ['2026-06-12T08:30:00.5Z', '2026-06-12T08:30:00.500Z'],
    ['2026-06-12T08:30:00.123456789Z', '2026-06-12T08:30:00.123Z'],
    ['2026-06-12T08:30:00+02:00', '2026-06-12T06:30:00.000Z'],
    ['2026-06-12T00:30:00+05:45', '2026-06-11T18:45:00.000Z'],
    ['2024-02-29T23:59:59-12:00', '2024-03-01T11:59:59.000Z'],
    ['1970-01-01T00:00:00+14:00', '1969-12-31T10:00:00.000Z'],
    ['2199-12-31T23:59:59-12:00', '2200-01-01T11:59:59.000Z'],
  ])('a time of %s is stored as %s', async (time, kept) => {
    const { json, text } = await markerOn(time);
    expect(json.estimated_time, text).toBe(kept);
  });

  test.each([
    '"2026-6-12"',
    '"2026-06-31"',
    '"2025-02-29"',
    '"1900-02-29"',
    '"0000-01-01"',
    '"1969-12-31"',
    '"2200-01-01"',
    '"9999-12-31"',
    '"+275760-09-13"',
    '"2026-06-12T00:00:00Z"',
    '"12.06.2026"',
    '"06/12/2026"',
    '"20260612"',
    '"2026-163"',
    '"infinity"',
    '""',
    '20260612',
  ])('a date of %s is refused with 422', async (day) => {
    expect((await journeyWith('starts_on', day)).status).toBe(422);
  });

  test.each(['1970-01-01', '2024-02-29', '2000-02-29', '2199-12-31'])(
    'a date of %s is stored as that date',
    async (day) => {
      expect((await journeyWith('starts_on', `"${day}"`)).json.starts_on).toBe(day);
    },
  );
});
