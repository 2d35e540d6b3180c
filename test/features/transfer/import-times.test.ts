import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, type Kind, track } from '../tracks/lines.ts';

/** Points along a parallel with these times; undefined is a point without a time. */
const timed = (times: readonly (string | undefined)[], from: Fix = [16, 48]): Fix[] =>
  times.map((time, n) => {
    const longitude = from[0] + n / 100;
    return time === undefined ? [longitude, from[1], 200] : [longitude, from[1], 200, time];
  });

async function importInto(file: string, as: Kind = 'past') {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const receipt = await importFile(rider, id, file, as);
  const { json: stats } = await rider.get(`/v1/journeys/${id}/stats`);
  return { rider, id, receipt, ridden: stats.ridden };
}

const oddTimes = [
  '0000-01-01T00:00:00Z',
  '1901-05-01T08:00:00Z',
  '2025-05-00T08:00:00Z',
  'null',
  '2025-05-01',
  '2099-05-01T08:00:00Z',
  '2024-05-01T09:00:00Z',
];

describe('odd times in imported files', () => {
  test.each(oddTimes)('a ride with the time %s keeps its line and its other times', async (odd) => {
    const times = ['2025-05-01T08:00:00Z', '2025-05-01T09:00:00Z', odd, '2025-05-02T08:00:00Z'];
    const { receipt, ridden } = await importInto(gpx(track([timed(times)])));
    expect(receipt).toMatchObject({ points_kept: 4, days: { count: 2, clocks: ['Europe/Vienna'] } });
    expect(receipt.left_out).toEqual([
      {
        code: expect.stringMatching(/^time_/),
        where: 'track 1, segment 1, point 3',
        count: 1,
        why: expect.stringMatching(/^(A time is|Times never)/),
      },
    ]);
    expect(ridden.days).toBe(2);
  });

  test.each(oddTimes)('a plan with the time %s is read as if it had no times', async (odd) => {
    const point = `<wpt lat="48" lon="16"><name>Camp</name><time>${odd}</time></wpt>`;
    const file = gpx(track([timed(['2025-05-01T08:00:00Z', odd, '2025-05-01T09:00:00Z'])]), point);
    const { receipt, id } = await importInto(file, 'plan');
    expect(receipt).toMatchObject({ tracks: 1, markers: 1, points_kept: 3, left_out: [], days: null });
    expect(await sql`select recorded_at, ridden_on from tracks where journey_id = ${id}`).toEqual([
      { recorded_at: null, ridden_on: null },
    ]);
  });

  test('a waypoint of a ride with an odd time is a marker without a time', async () => {
    const point = '<wpt lat="48" lon="16"><name>Camp</name><time>null</time></wpt>';
    const { receipt, rider, id } = await importInto(gpx(track([timed([undefined, undefined])]), point));
    expect(receipt.left_out).toMatchObject([{ code: 'time_unreadable', where: 'waypoint 1', count: 1 }]);
    expect((await rider.get(`/v1/journeys/${id}/markers`)).json.items).toMatchObject([
      { name: 'Camp', timestamp: null },
    ]);
  });

  test('many odd times are one entry of the receipt, with their number and the first one', async () => {
    const times = Array.from({ length: 500 }, (_, n) => (n % 2 ? 'never' : '2025-05-01T08:00:00Z'));
    const { receipt } = await importInto(gpx(track([timed(times)])));
    expect(receipt.left_out).toEqual([
      {
        code: 'time_unreadable',
        where: 'track 1, segment 1, point 2',
        count: 250,
        why: 'A time is a date with a time of day, such as 2026-06-01T08:00:00Z. Found: "never".',
      },
    ]);
  });

  test.each([
    '2026-05-01 08:00:00',
    '2026-05-01T08:00:00+0200',
    '2026-05-01T08:00:00+02',
    '2026-05-01T08:00:00,5Z',
    '2026-05-01T08:00Z',
  ])('the time %s has only one meaning and is read', async (time) => {
    const { receipt, ridden } = await importInto(gpx(track([timed([time, time])])));
    expect([receipt.left_out, ridden.days]).toEqual([[], 1]);
  });
});

describe('points without a time among others', () => {
  const times = ['2025-05-01T08:00:00Z', '2025-05-03T08:00:00Z', '2025-05-05T08:00:00Z'];

  test.each([
    ['first', [undefined, ...times]],
    ['middle', [times[0], undefined, times[1], times[2]]],
    ['last', [...times, undefined]],
  ])('the days of a ride are counted although its %s point has no time', async (_, some) => {
    const { receipt, ridden, id } = await importInto(gpx(track([timed(some)])));
    expect([receipt.days.count, ridden.days]).toEqual([3, 3]);
    const point = some.indexOf(undefined) + 1;
    expect(receipt.left_out).toMatchObject([
      { code: 'time_missing', where: `track 1, segment 1, point ${point}`, count: 1 },
    ]);
    const [row] = await sql`select to_json(recorded_at) as times from tracks where journey_id = ${id}`;
    expect(row?.times.map((time: string) => Date.parse(time))).toEqual(
      some.map((time, index) => Date.parse(time ?? some[index + 1] ?? times[2] ?? '')),
    );
  });

  test('a segment without times takes the time of the segment after it', async () => {
    const file = gpx(track([timed([times[0], times[0]]), timed([undefined, undefined]), timed([times[1], times[1]])]));
    const { ridden, id } = await importInto(file);
    expect(ridden.days).toBe(2);
    const [row] = await sql`select to_json(recorded_at) as times from tracks where journey_id = ${id}`;
    expect(row?.times.map((time: string) => time.slice(8, 10))).toEqual(['01', '01', '03', '03', '03', '03']);
  });

  test('a point without a time is not shown before the delay after the next point with one', async () => {
    const { id } = await importInto(gpx(track([timed([times[0], undefined, times[2]])])));
    const [row] = await sql`select recorded_at[2] >= ${times[2] ?? ''} as is_late from tracks where journey_id = ${id}`;
    expect(row).toEqual({ is_late: true });
  });
});

describe('days are counted where the rider is', () => {
  const newZealand: Fix = [174.8, -41.3];
  const cases: [name: string, place: Fix, times: string[], days: number, clock: string][] = [
    ['by the offset in the file', newZealand, ['2026-01-10T08:30:00+13:00', '2026-01-10T17:30:00+13:00'], 1, '+13:00'],
    [
      'by the offset in the file, also far from its zone',
      newZealand,
      ['2026-01-10T08:30:00+05:30', '2026-01-10T23:30:00+05:30'],
      1,
      '+05:30',
    ],
    [
      'by the zone of the place for times in UTC',
      newZealand,
      ['2026-01-09T19:30:00Z', '2026-01-10T04:30:00Z'],
      1,
      'Pacific/Auckland',
    ],
    [
      'by the zone of the place for times without any zone',
      newZealand,
      ['2026-01-09T19:30:00', '2026-01-10T04:30:00'],
      1,
      'Pacific/Auckland',
    ],
    [
      'by the zone of the place for an offset of zero',
      newZealand,
      ['2026-01-09T19:30:00+00:00', '2026-01-10T04:30:00+00:00'],
      1,
      'Pacific/Auckland',
    ],
    [
      'in summer time, when midnight is two hours before that of UTC',
      [16, 48],
      ['2026-06-01T21:30:00Z', '2026-06-01T22:30:00Z'],
      2,
      'Europe/Vienna',
    ],
    [
      'in a zone of three quarters of an hour',
      [85.3, 27.7],
      ['2026-06-01T18:14:00Z', '2026-06-01T18:16:00Z'],
      2,
      'Asia/Kathmandu',
    ],
    ['at sea', [-30, 48], ['2026-06-01T01:00:00Z', '2026-06-01T01:30:00Z'], 1, 'Etc/GMT+2'],
  ];
  test.each(cases)('days are counted %s', async (_, place, times, days, clock) => {
    const { receipt, ridden } = await importInto(gpx(track([timed(times, place)])));
    expect(receipt.days).toEqual({ count: days, clocks: [clock] });
    expect(ridden.days).toBe(days);
  });

  test('a day of two files in two zones counts once', async () => {
    const { rider, id } = await importInto(
      gpx(track([timed(['2026-06-01T06:00:00+02:00', '2026-06-01T07:00:00+02:00'])])),
    );
    const second = gpx(track([timed(['2026-06-01T21:00:00Z', '2026-06-01T21:30:00Z'])]));
    expect((await importFile(rider, id, second, 'past')).days).toEqual({ count: 1, clocks: ['Europe/Vienna'] });
    expect((await rider.get(`/v1/journeys/${id}/stats`)).json.ridden.days).toBe(1);
  });
});
